import type { Faults } from '../faults/faults.js';
import type { EventLog } from '../log/event-log.js';
import type { ExpectedRevision, ProposedEvent, WriteOutcome } from '../log/stored-event.js';
import { pause } from '../pause.js';
import { badRequest, notLeader } from '../wire/failures.js';
import { messages, type BatchRequest, type BatchResponse, type StreamsServer } from '../wire/messages.js';
import { bytesOf, proposedEvent, streamNameOf } from '../wire/proposed-events.js';
import { streamIdentifier } from '../wire/read-responses.js';
import { uuidText } from '../wire/uuids.js';
import { APPEND_MAX_BYTES } from './append-service.js';

type Options = NonNullable<ReturnType<BatchRequest['getOptions']>>;
type Batch = { readonly options: Options; readonly events: ProposedEvent[] };
type Details = { serializeBinary(): Uint8Array };

const UNKNOWN_CODE = 2;
const { BatchAppendResp, shared, Empty } = messages;

const expectedOf = (options: Options): ExpectedRevision => {
  if (options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'no-stream';
  if (options.hasStreamExists()) return 'stream-exists';
  return Number(options.getStreamPosition());
};

const withError = (response: BatchResponse, name: string, details: Details): BatchResponse => {
  const any = new messages.Any();
  any.pack(details.serializeBinary(), `event_store.client.${name}`);
  return response.setError(new messages.status.Status().setCode(UNKNOWN_CODE).setMessage(name).setDetails(any));
};

const wrongVersion = (expected: ExpectedRevision, actual: number | null): Details => {
  const wrong = new shared.WrongExpectedVersion();
  if (actual === null) wrong.setCurrentNoStream(new Empty());
  else wrong.setCurrentStreamRevision(`${actual}`);
  if (expected === 'any') wrong.setExpectedAny(new Empty());
  else if (expected === 'no-stream') wrong.setExpectedNoStream(new Empty());
  else if (expected === 'stream-exists') wrong.setExpectedStreamExists(new Empty());
  else wrong.setExpectedStreamPosition(`${expected}`);
  return wrong;
};

const answerTo = (request: BatchRequest, stream: string): BatchResponse =>
  new BatchAppendResp().setCorrelationId(request.getCorrelationId()).setStreamIdentifier(streamIdentifier(stream));

const responseOf = (response: BatchResponse, expected: ExpectedRevision, outcome: WriteOutcome): BatchResponse => {
  if (outcome.kind === 'deleted')
    return withError(
      response,
      'StreamDeleted',
      new shared.StreamDeleted().setStreamIdentifier(response.getStreamIdentifier()),
    );
  if (outcome.kind === 'wrong-revision')
    return withError(response, 'WrongExpectedVersion', wrongVersion(expected, outcome.actual));
  const position = outcome.position.toString();
  return response.setSuccess(
    new BatchAppendResp.Success()
      .setCurrentRevision(`${outcome.revision}`)
      .setPosition(new shared.AllStreamPosition().setCommitPosition(position).setPreparePosition(position)),
  );
};

/** Whether the reply is to be sent. A kill happens here: what was appended is durable, and nobody is told. */
const passesFaults = async (faults: Faults): Promise<boolean> => {
  if (faults.killAfterAppends !== null) {
    faults.killAfterAppends -= 1;
    if (faults.killAfterAppends <= 0) process.kill(process.pid, 'SIGKILL');
  }
  if (faults.appendDelayMs > 0) await pause(faults.appendDelayMs);
  if (faults.repliesToDrop <= 0) return true;
  faults.repliesToDrop -= 1;
  return false;
};

/** The client's usual append: one long-lived call, many batches, replies matched by correlation id. */
export const batchAppendService =
  (log: EventLog, faults: Faults): StreamsServer['batchAppend'] =>
  (call) => {
    const batches = new Map<string, Batch>();
    const take = (request: BatchRequest): Batch | undefined => {
      const id = uuidText(request.getCorrelationId());
      const options = request.getOptions();
      if (options !== undefined) batches.set(id, { options, events: [] });
      const batch = batches.get(id);
      batch?.events.push(...request.getProposedMessagesList().map(proposedEvent));
      if (request.getIsFinal()) batches.delete(id);
      return batch;
    };
    const finish = async (request: BatchRequest, { options, events }: Batch): Promise<void> => {
      const stream = streamNameOf(options.getStreamIdentifier());
      const response = answerTo(request, stream);
      if (bytesOf(events) > APPEND_MAX_BYTES) {
        const details = new shared.MaximumAppendSizeExceeded().setMaxappendsize(APPEND_MAX_BYTES);
        return void call.write(withError(response, 'MaximumAppendSizeExceeded', details));
      }
      const expected = expectedOf(options);
      const outcome = await log.append(stream, expected, events);
      if (await passesFaults(faults)) call.write(responseOf(response, expected, outcome));
    };
    call.on('data', (request: BatchRequest) => {
      if (faults.leader !== null) return void call.emit('error', notLeader(faults.leader));
      try {
        const batch = take(request);
        if (batch !== undefined && request.getIsFinal()) void finish(request, batch);
      } catch (error) {
        call.emit('error', badRequest(error));
      }
    });
    call.on('error', () => {}); // the client is gone
    call.on('end', () => call.end());
  };
