import type { EventLog } from '../log/event-log.js';
import type { ExpectedRevision, ProposedEvent, WriteOutcome } from '../log/stored-event.js';
import type { Faults } from '../faults/faults.js';
import { appendTooLarge, badRequest, notLeader, streamDeleted } from '../wire/failures.js';
import { messages, type StreamsServer } from '../wire/messages.js';
import { bytesOf, proposedEvent, streamNameOf } from '../wire/proposed-events.js';
import { pause } from '../pause.js';

/** A server's default limit for the sum of one append, bytes. */
export const APPEND_MAX_BYTES = 1_024 * 1_024;

type Options = NonNullable<ReturnType<InstanceType<typeof messages.AppendReq>['getOptions']>>;

const expectedOf = (options: Options): ExpectedRevision => {
  if (options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'no-stream';
  if (options.hasStreamExists()) return 'stream-exists';
  return Number(options.getRevision());
};

const { AppendResp } = messages;
const nothing = () => new messages.shared.Empty();

const refusal = (expected: ExpectedRevision, actual: number | null) => {
  const wrong = new AppendResp.WrongExpectedVersion();
  if (actual === null) wrong.setCurrentNoStream(nothing());
  else wrong.setCurrentRevision(`${actual}`);
  if (expected === 'any') wrong.setExpectedAny(nothing());
  else if (expected === 'no-stream') wrong.setExpectedNoStream(nothing());
  else if (expected === 'stream-exists') wrong.setExpectedStreamExists(nothing());
  else wrong.setExpectedRevision(`${expected}`);
  return new AppendResp().setWrongExpectedVersion(wrong);
};

const success = ({ revision, position }: Extract<WriteOutcome, { kind: 'written' }>) =>
  new AppendResp().setSuccess(
    new AppendResp.Success()
      .setCurrentRevision(`${revision}`)
      .setPosition(
        new AppendResp.Position().setCommitPosition(position.toString()).setPreparePosition(position.toString()),
      ),
  );

/** The append that a client uses when the call carries its own credentials: one call, one batch. */
export const appendService =
  (log: EventLog, faults: Faults): StreamsServer['append'] =>
  (call, answer) => {
    let options: Options | undefined;
    const events: ProposedEvent[] = [];
    const finish = async (): Promise<void> => {
      if (faults.leader !== null) return answer(notLeader(faults.leader));
      if (options === undefined) return answer(badRequest('the options are missing'));
      if (bytesOf(events) > APPEND_MAX_BYTES) return answer(appendTooLarge(APPEND_MAX_BYTES));
      const stream = streamNameOf(options.getStreamIdentifier());
      const expected = expectedOf(options);
      const outcome = await log.append(stream, expected, events);
      if (faults.appendDelayMs > 0) await pause(faults.appendDelayMs);
      if (outcome.kind === 'deleted') return answer(streamDeleted(stream));
      answer(null, outcome.kind === 'wrong-revision' ? refusal(expected, outcome.actual) : success(outcome));
    };
    call.on('data', (request: InstanceType<typeof messages.AppendReq>) => {
      if (request.hasOptions()) options = request.getOptions();
      const proposed = request.getProposedMessage();
      if (proposed !== undefined) events.push(proposedEvent(proposed));
    });
    call.on('error', () => {}); // the client is gone
    call.on('end', () => void finish().catch((error: unknown) => answer(badRequest(error))));
  };
