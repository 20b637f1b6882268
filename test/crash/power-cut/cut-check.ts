import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEventStore, type EventStore, type Position, type RecordedEvent } from '@verbatim/event-store';
import { openStateStore } from '@verbatim/state';
import { readRawLog } from '../raw-log.js';
import type { ShownFacts } from './shown-facts.js';

/** What one power cut broke; empty when nothing. */
export type CutDamage = {
  readonly kind: 'refused' | 'lost-message' | 'lost-account' | 'hole' | 'marker-ahead';
  readonly text: string;
};

const PAGE_EVENTS = 1_000;
const MARKER_SLOT_BYTES = 4_096;
const MARKER_ROW_AT = 16;

const readAll = async (store: EventStore): Promise<readonly RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  let after: Position | null = null;
  for (;;) {
    const slice = await store.readAll({ after, maxCount: PAGE_EVENTS });
    events.push(...slice.events);
    after = slice.scannedTo;
    if (slice.isAtHead) return events;
  }
};

/** The highest row that either slot of the marker names, whether its checksum holds or not. */
const highestMarkedRow = (file: string): number => {
  if (!existsSync(file)) return 0;
  const bytes = readFileSync(file);
  const rowAt = (at: number): number => (bytes.length < at + 8 ? 0 : Number(bytes.readBigUInt64BE(at)));
  return Math.max(rowAt(MARKER_ROW_AT), rowAt(MARKER_SLOT_BYTES + MARKER_ROW_AT));
};

const holesIn = (events: readonly RecordedEvent[]): readonly CutDamage[] => {
  const heads = new Map<string, number>();
  return events.flatMap(({ streamName, revision }) => {
    const expected = (heads.get(streamName) ?? -1) + 1;
    heads.set(streamName, revision);
    return revision === expected ? [] : [{ kind: 'hole' as const, text: `${streamName}@${expected}` }];
  });
};

type StoredMessage = { readonly streamName: string; readonly revision: number; readonly data: object };

const lostMessages = (stored: readonly StoredMessage[], { messages }: ShownFacts): readonly CutDamage[] => {
  const dataAt = new Map(stored.map(({ streamName, revision, data }) => [`${streamName}@${revision}`, data]));
  return [...messages.values()].flatMap(({ conversationId, seq, messageId }) => {
    const data = dataAt.get(`conversation-${conversationId}@${seq}`) as { messageId?: string } | undefined;
    if (data?.messageId === messageId) return [];
    return [{ kind: 'lost-message' as const, text: `${conversationId}@${seq}` }];
  });
};

const toStored = ({ streamName, revision, event }: RecordedEvent): StoredMessage => ({
  streamName,
  revision,
  data: event.data,
});

/** What is lost from a log that the store refuses to open. */
const lostFromRefused = (folder: string, shown: ShownFacts): readonly CutDamage[] => {
  try {
    return lostMessages(readRawLog(join(folder, 'events.db')), shown);
  } catch {
    return lostMessages([], shown); // not even the file can be read
  }
};

const checkLog = async (folder: string, shown: ShownFacts): Promise<readonly CutDamage[]> => {
  const file = join(folder, 'events.db');
  const markedRow = highestMarkedRow(`${file}.head`);
  let failure: Error | null = null;
  const store = await openEventStore(`sqlite:${file}`, { onFatal: (error) => (failure = error) });
  try {
    const events = await readAll(store);
    if (failure !== null) throw failure as Error;
    const isAhead = markedRow > events.length;
    const ahead = { kind: 'marker-ahead' as const, text: `row ${markedRow} of ${events.length}` };
    return [...(isAhead ? [ahead] : []), ...holesIn(events), ...lostMessages(events.map(toStored), shown)];
  } finally {
    await store.close();
  }
};

const checkAccounts = async (folder: string, { userIds }: ShownFacts): Promise<readonly CutDamage[]> => {
  const state = await openStateStore(`sqlite:${join(folder, 'state.db')}`);
  try {
    const accounts = await state.collection<{ userId: string }>({
      name: 'accounts',
      indexedFields: ['userId', 'unfinished'],
    });
    const found = await Promise.all([...userIds].map((userId) => accounts.find('userId', userId, { limit: 1 })));
    return [...userIds].flatMap((userId, index) =>
      found[index]?.length === 1 ? [] : [{ kind: 'lost-account' as const, text: userId }],
    );
  } finally {
    await state.close();
  }
};

const orRefused = async (
  check: Promise<readonly CutDamage[]>,
  lost: () => readonly CutDamage[],
): Promise<readonly CutDamage[]> => {
  try {
    return await check;
  } catch (error) {
    return [{ kind: 'refused', text: error instanceof Error ? error.message : String(error) }, ...lost()];
  }
};

/** Opens what a power cut has left with the real stores and compares it with what was shown before the cut. */
export const checkCut = async (folder: string, shown: ShownFacts): Promise<readonly CutDamage[]> => {
  const damage = await Promise.all([
    orRefused(checkLog(folder, shown), () => lostFromRefused(folder, shown)),
    orRefused(checkAccounts(folder, shown), () => []),
  ]);
  return damage.flat();
};
