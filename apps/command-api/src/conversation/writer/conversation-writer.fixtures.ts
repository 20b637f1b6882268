import { randomUUID } from 'node:crypto';
import {
  type CommandId,
  type ConversationId,
  type GroupVisibility,
  type IsoTimestamp,
  type MessageId,
  type Revision,
  type Seq,
  type UserId,
  conversationStream,
} from '@verbatim/domain';
import { type AppendOutcome, type EventId, type EventStore, openMemoryEventStore } from '@verbatim/event-store';
import type { MessageIdsQueries } from '@verbatim/read-models';
import { ConversationWriter, type ConversationWriterOptions } from './conversation-writer.js';
import type { WriteRequest } from './write-request.js';

export const ada = randomUUID() as UserId;
export const bob = randomUUID() as UserId;
export const carol = randomUUID() as UserId;
export const conversationId = randomUUID() as ConversationId;
const now = '2026-01-01T10:00:00.000Z' as IsoTimestamp;
const audit = { deviceId: null, sessionId: null, correlationId: 'trace', ipClass: null } as const;

export const newCommandId = (): CommandId => randomUUID() as CommandId;

const requestBy = (actorId: UserId, type: string, data: object, commandId: CommandId, knownSeq: number | null) =>
  ({ conversationId, command: { type, data, context: { actorId, now } }, commandId, knownSeq, audit }) as WriteRequest;

export const groupBy = (
  actorId: UserId,
  memberIds: UserId[] = [],
  commandId = newCommandId(),
  visibility: GroupVisibility = 'invite-only',
): WriteRequest => requestBy(actorId, 'CreateGroup', { name: 'Analysts', visibility, memberIds }, commandId, null);

export const sendBy = (
  actorId: UserId,
  body: string,
  clientMsgId = newCommandId(),
  knownSeq: number | null = null,
): WriteRequest =>
  requestBy(actorId, 'SendMessage', { messageId: randomUUID() as MessageId, clientMsgId, body }, clientMsgId, knownSeq);

export const removalBy = (actorId: UserId, userId: UserId, commandId = newCommandId()): WriteRequest =>
  requestBy(actorId, 'RemoveMember', { userId }, commandId, null);

export const additionBy = (actorId: UserId, added: UserId | UserId[], commandId = newCommandId()): WriteRequest =>
  requestBy(actorId, 'AddMembers', { userIds: [added].flat() }, commandId, null);

export const renameBy = (actorId: UserId, name: string, commandId = newCommandId()): WriteRequest =>
  requestBy(actorId, 'RenameGroup', { name }, commandId, null);

export const joinBy = (actorId: UserId, commandId = newCommandId()): WriteRequest =>
  requestBy(actorId, 'JoinGroup', {}, commandId, null);

export const leaveBy = (actorId: UserId, commandId = newCommandId()): WriteRequest =>
  requestBy(actorId, 'LeaveGroup', {}, commandId, null);

/** An index that has folded nothing: what a stopped projector leaves. */
export const emptyIndex: MessageIdsQueries = {
  find: () => Promise.resolve({ seq: null, completeToSeq: -1 }),
  completeToSeq: () => Promise.resolve(-1),
};

/** An index folded from the log itself up to a seq, or the seq of the moment, as the projection would fold it. */
export const indexUpTo = (store: EventStore, upTo: number | (() => number)): MessageIdsQueries => {
  const seqNow = typeof upTo === 'number' ? () => upTo : upTo;
  const find: MessageIdsQueries['find'] = async (id, actorId, commandId) => {
    const completeToSeq = seqNow();
    const { events } = await store.readStream(conversationStream(id), { from: 0 as Revision, maxCount: 1_000 });
    const found = events.find(
      ({ metadata, revision }) =>
        revision <= completeToSeq && metadata.actorId === actorId && metadata.commandId === commandId,
    );
    return { seq: found === undefined ? null : (found.revision as number as Seq), completeToSeq };
  };
  return { find, completeToSeq: () => Promise.resolve(seqNow()) };
};

/** What happens to one append instead of what the store would answer. */
export type AppendFault =
  /** Stored, and the reply lost. */
  | 'reply-lost'
  /** Not stored, and nobody knows. */
  | 'request-lost'
  | 'log-full';
type Fault = AppendFault | 'none';

/** The store with some of its methods replaced. */
export const replacing = (store: EventStore, methods: Partial<EventStore>): EventStore =>
  new Proxy(store, {
    get: (target, name) => {
      const member: unknown = Reflect.get(name in methods ? methods : target, name);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });

/** A real store whose appends meet the faults in order; then it works. */
export const withFaults = (store: EventStore, faults: Fault[]): EventStore => {
  const unknown: AppendOutcome = { outcome: 'unknown', cause: new Error('no reply') };
  const append: EventStore['append'] = async (...args) => {
    const fault = faults.shift();
    if (fault === 'request-lost') return unknown;
    if (fault === 'log-full') return { outcome: 'refused', reason: 'log-full' };
    const outcome = await store.append(...args);
    return fault === 'reply-lost' ? unknown : outcome;
  };
  return replacing(store, { append });
};

export const openStore = (): Promise<EventStore> => Promise.resolve(openMemoryEventStore());

export const writerOn = (store: EventStore, options: Partial<ConversationWriterOptions> = {}): ConversationWriter =>
  new ConversationWriter({
    store,
    messageIds: emptyIndex,
    newEventId: () => randomUUID() as EventId,
    isLogShared: false,
    random: () => 0,
    ...options,
  });

export const storedTypes = async (store: EventStore): Promise<string[]> => {
  const { events } = await store.readStream(conversationStream(conversationId), { maxCount: 1_000 });
  return events.map(({ event }) => event.type);
};
