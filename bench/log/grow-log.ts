import { join } from 'node:path';
import { conversationStream, type CommandId, type ConversationId, type Revision, type UserId } from '@verbatim/domain';
import {
  openSqliteEventStore,
  type EventId,
  type EventStore,
  type EventToAppend,
  type ExpectedRevision,
} from '@verbatim/event-store';
import { conversationIdOfPair, uuidV7 } from '@verbatim/platform';
import { metadataOf, sampleMessage } from './sample-events.js';

const APPEND_EVENTS = 250;
const APPENDS_UNDER_WAY = 8;

export type Participants = readonly [UserId, UserId];

/** The direct conversation that the server would give these two. */
export const directBetween = (participantIds: Participants): ConversationId =>
  conversationIdOfPair(...participantIds) as ConversationId;

const started = (participantIds: Participants): EventToAppend => {
  const [startedBy] = participantIds;
  return {
    eventId: uuidV7() as EventId,
    event: { type: 'DirectConversationStarted', data: { startedBy, participantIds } },
    metadata: metadataOf(startedBy, uuidV7() as CommandId),
  };
};

/** Opens the log of a data directory whose server does not run. */
export const openLogOf = (dataDirectory: string): Promise<EventStore> =>
  openSqliteEventStore({
    file: join(dataDirectory, 'events.db'),
    onFatal: (error) => {
      throw error;
    },
  });

/** Writes a direct conversation of so many events, all but the first one messages, as fast as the log takes them. */
export const growConversation = async (
  store: EventStore,
  participants: Participants,
  events: number,
): Promise<void> => {
  const stream = conversationStream(directBetween(participants));
  let expected: ExpectedRevision = 'no-stream';
  let pending: EventToAppend[] = [started(participants)];
  const flush = async (): Promise<void> => {
    const answer = await store.append(stream, expected, pending);
    if (answer.outcome !== 'appended') throw new Error(`the log could not be grown: ${answer.outcome}`);
    expected = answer.lastRevision satisfies Revision;
    pending = [];
  };
  for (let number = 1; number < events; number += 1) {
    pending.push(sampleMessage(participants[0], number));
    if (pending.length === APPEND_EVENTS) await flush();
  }
  if (pending.length > 0) await flush();
};

/** Writes conversations of strangers, side by side. */
export const growCrowd = async (store: EventStore, conversations: number, eventsEach: number): Promise<void> => {
  let left = conversations;
  const worker = async (): Promise<void> => {
    while (left-- > 0) await growConversation(store, [uuidV7() as UserId, uuidV7() as UserId], eventsEach);
  };
  await Promise.all(Array.from({ length: APPENDS_UNDER_WAY }, worker));
};
