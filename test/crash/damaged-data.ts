import { randomUUID } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandId, ConversationId, Revision, UserId } from '@verbatim/domain';
import { conversationStream } from '@verbatim/domain';
import { APPEND_MAX_EVENTS, openEventStore, type EventId, type EventToAppend } from '@verbatim/event-store';
import type { Town } from './campaign/town.js';

/** Flips one bit in the middle of the only place where the file holds the text. */
export const flipBitIn = (file: string, text: string): void => {
  const bytes = readFileSync(file);
  const at = bytes.indexOf(text);
  if (at === -1 || bytes.indexOf(text, at + 1) !== -1) throw new Error(`${text} is not exactly once in ${file}`);
  bytes[at + Math.floor(text.length / 2)] = (bytes[at + Math.floor(text.length / 2)] ?? 0) ^ 0b100;
  writeFileSync(file, bytes);
};

export const copyOf = (folder: string, to: string): string => {
  cpSync(folder, to, { recursive: true });
  return to;
};

/** A text that stands once in the log: the body of the seeded message of this number. */
export const bodyOf = (number: number): string => `seeded message ${number} of many`;

const messageBy = (userId: UserId, number: number): EventToAppend => {
  const commandId = randomUUID() as CommandId;
  const at = '2026-01-01T00:00:00.000Z' as EventToAppend['metadata']['recordedAt'];
  return {
    eventId: randomUUID() as EventId,
    event: {
      type: 'MessageSent',
      data: { messageId: randomUUID(), clientMsgId: commandId, senderId: userId, body: bodyOf(number), sentAt: at },
    },
    metadata: {
      actorId: userId,
      deviceId: null,
      sessionId: null,
      commandId,
      correlationId: 'seed',
      causationId: null,
      ipClass: null,
      recordedAt: at,
    },
  };
};

/** Appends so many messages to the first direct conversation of a town whose server is stopped. */
export const seedMessages = async (folder: string, town: Town, count: number): Promise<void> => {
  const stream = conversationStream(town.directIds[0] as ConversationId);
  const userId = town.people[0]?.userId as UserId;
  const store = await openEventStore(`sqlite:${join(folder, 'events.db')}`, {
    onFatal: (error) => {
      throw error;
    },
  });
  let { headRevision } = await store.readStream(stream, { maxCount: 1 });
  for (let first = 0; first < count; first += APPEND_MAX_EVENTS) {
    const numbers = Array.from({ length: Math.min(APPEND_MAX_EVENTS, count - first) }, (_, index) => first + index);
    const events = numbers.map((number) => messageBy(userId, number));
    const appended = await store.append(stream, headRevision ?? 'no-stream', events);
    if (appended.outcome !== 'appended') throw new Error(`seeding ended with ${appended.outcome}`);
    headRevision = appended.lastRevision as Revision;
  }
  await store.close();
};
