import type { EventLog } from '../log/event-log.js';
import type { ExpectedRevision, WriteOutcome } from '../log/stored-event.js';
import { badRequest, streamDeleted, wrongRevision } from '../wire/failures.js';
import { messages, type StreamsServer } from '../wire/messages.js';
import { streamNameOf } from '../wire/proposed-events.js';

type DeleteOptions = NonNullable<ReturnType<InstanceType<typeof messages.DeleteReq>['getOptions']>>;
type TombstoneOptions = NonNullable<ReturnType<InstanceType<typeof messages.TombstoneReq>['getOptions']>>;

const expectedOf = (options: DeleteOptions | TombstoneOptions): ExpectedRevision => {
  if (options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'no-stream';
  if (options.hasStreamExists()) return 'stream-exists';
  return Number(options.getRevision());
};

const failureOf = (stream: string, expected: ExpectedRevision, outcome: WriteOutcome) =>
  outcome.kind === 'wrong-revision'
    ? wrongRevision(stream, `${expected}`, `${outcome.actual ?? -1}`)
    : streamDeleted(stream);

const { DeleteResp, TombstoneResp } = messages;

export const deletionServices = (log: EventLog): Pick<StreamsServer, 'delete' | 'tombstone'> => ({
  delete: (call, answer) => {
    const options = call.request.getOptions();
    if (options === undefined) return answer(badRequest('the options are missing'));
    const [stream, expected] = [streamNameOf(options.getStreamIdentifier()), expectedOf(options)];
    void log.deleteStream(stream, expected).then((outcome) => {
      if (outcome.kind !== 'written') return answer(failureOf(stream, expected, outcome));
      const at = outcome.position.toString();
      answer(
        null,
        new DeleteResp().setPosition(new DeleteResp.Position().setCommitPosition(at).setPreparePosition(at)),
      );
    });
  },
  tombstone: (call, answer) => {
    const options = call.request.getOptions();
    if (options === undefined) return answer(badRequest('the options are missing'));
    const [stream, expected] = [streamNameOf(options.getStreamIdentifier()), expectedOf(options)];
    void log.tombstoneStream(stream, expected).then((outcome) => {
      if (outcome.kind !== 'written') return answer(failureOf(stream, expected, outcome));
      const at = outcome.position.toString();
      answer(
        null,
        new TombstoneResp().setPosition(new TombstoneResp.Position().setCommitPosition(at).setPreparePosition(at)),
      );
    });
  },
});
