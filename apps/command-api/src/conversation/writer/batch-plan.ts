import { type ConversationCommand, type ConversationEvent, type Seq, decideConversation } from '@verbatim/domain';
import { APPEND_MAX_BYTES, APPEND_MAX_EVENTS, type EventId, type EventToAppend } from '@verbatim/event-store';
import type { Duplicates } from './duplicate-lookup.js';
import { type FoldedConversation, applyEvent } from './folded-conversation.js';
import type { WriteOutcome, WriteRequest } from './write-request.js';

/** What a request will be answered once the batch that it was decided in is durable. */
export type PlannedAnswer =
  { readonly kind: 'recorded'; readonly seq: Seq } | { readonly kind: 'final'; readonly outcome: WriteOutcome };

export type BatchPlan = {
  readonly answers: readonly PlannedAnswer[];
  readonly events: readonly EventToAppend<ConversationEvent>[];
};

/** Most bytes that one UTF-16 unit takes in stored JSON (`\u0000`). */
const BYTES_PER_UNIT_MAX = 6;
const BYTES_PER_ID = 40;
/** Header, type names, ids and timestamps of one record, bytes. */
const BYTES_PER_RECORD = 1_024;

/** Upper bound of what the command's event takes in the log, bytes; cheap, and never below the truth. */
const bytesMaxOf = ({ data }: ConversationCommand): number => {
  let bytes = BYTES_PER_RECORD;
  if ('body' in data) bytes += data.body.length * BYTES_PER_UNIT_MAX;
  if ('name' in data) bytes += data.name.length * BYTES_PER_UNIT_MAX;
  if ('memberIds' in data) bytes += data.memberIds.length * BYTES_PER_ID;
  if ('userIds' in data) bytes += data.userIds.length * BYTES_PER_ID;
  return bytes;
};

/**
 * Decides requests in order, each on the state that the ones before it leave, until the batch is full; `answers` covers
 * the requests that were decided, a prefix. The state is mutated: throw it away unless the append succeeds.
 */
export const planBatch = (
  folded: FoldedConversation,
  requests: readonly WriteRequest[],
  duplicates: Duplicates,
  newEventId: () => EventId,
): BatchPlan => {
  const answers: PlannedAnswer[] = [];
  const events: EventToAppend<ConversationEvent>[] = [];
  let bytes = 0;
  for (const request of requests) {
    bytes += bytesMaxOf(request.command);
    if (events.length === APPEND_MAX_EVENTS || (events.length > 0 && bytes > APPEND_MAX_BYTES)) break;
    answers.push(decideOne(folded, request, duplicates, events, newEventId));
  }
  return { answers, events };
};

const decideOne = (
  folded: FoldedConversation,
  request: WriteRequest,
  duplicates: Duplicates,
  events: EventToAppend<ConversationEvent>[],
  newEventId: () => EventId,
): PlannedAnswer => {
  const { command, commandId } = request;
  const earlier = folded.window.find(command.context.actorId, commandId) ?? duplicates.get(request);
  if (earlier === 'unreadable') return { kind: 'final', outcome: { outcome: 'busy' } };
  if (earlier !== undefined) return { kind: 'recorded', seq: earlier };
  const decision = decideConversation(command, folded.conversation);
  if (decision.outcome === 'rejected') {
    return { kind: 'final', outcome: { outcome: 'rejected', rejection: decision.rejection } };
  }
  if (decision.event === null) return { kind: 'final', outcome: { outcome: 'unchanged', headSeq: folded.headSeq } };
  const toAppend = { eventId: newEventId(), event: decision.event, metadata: metadataOf(request) };
  events.push(toAppend);
  const seq = applyEvent(folded, decision.event, toAppend.metadata);
  return { kind: 'final', outcome: { outcome: 'applied', seq, event: decision.event, duplicate: false } };
};

const metadataOf = ({ command, commandId, audit }: WriteRequest): EventToAppend['metadata'] => ({
  actorId: command.context.actorId,
  deviceId: audit.deviceId,
  sessionId: audit.sessionId,
  commandId,
  correlationId: audit.correlationId,
  causationId: null,
  ipClass: audit.ipClass,
  recordedAt: command.context.now,
});
