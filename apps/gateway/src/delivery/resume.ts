import {
  conversationStream,
  type ConversationId,
  type MembershipInterval,
  type Revision,
  type Seq,
  type StreamName,
} from '@verbatim/domain';
import type { EventStore, Position, RecordedEvent } from '@verbatim/event-store';
import { RESUME_CONVERSATIONS_MAX, RESUME_EVENTS_MAX, type ResetReason } from '@verbatim/protocol';
import { isBefore } from './log-place.js';
import type { LogEvent } from './outgoing.js';
import type { RecentEvents } from './recent-events.js';
import { understoodStays, wasPushed, type Stays } from './stays.js';

export type Gap = { readonly after: Position | null; readonly upTo: Position };
export type Replay =
  | { readonly outcome: 'events'; readonly events: readonly LogEvent[] }
  | { readonly outcome: 'reset'; readonly reason: ResetReason };

/** Streams looked into when the cursor is older than what is in memory. */
export const RESUME_STREAM_READS_MAX = 5_000;
/** Most conversations are silent, so the first look takes the head alone; a gap is mostly short. */
const FIRST_PAGE_EVENTS = 1;
const PAGE_GROWTH = 32;
const PAGE_MAX_EVENTS = 500;

type Sources = {
  readonly store: Pick<EventStore, 'readStream'>;
  readonly recent: RecentEvents;
  /** Conversations that are shown up to a seq only. */
  readonly stalled: ReadonlyMap<ConversationId, Seq>;
  readonly eventOf: (recorded: RecordedEvent) => LogEvent;
};

/** Reads what a device missed: the events of its user's conversations in a gap that it would have been pushed, in log order. */
export const readGap = async (sources: Sources, stays: Stays, gap: Gap): Promise<Replay> => {
  if (!isBefore(gap.after, gap.upTo)) return { outcome: 'events', events: [] };
  const isInMemory = sources.recent.reaches(gap.after);
  if (!isInMemory && stays.size > RESUME_STREAM_READS_MAX)
    return { outcome: 'reset', reason: 'too-many-conversations' };
  const missed: LogEvent[] = [];
  let conversations = 0;
  for (const [conversationId, allStays] of stays) {
    const intervals = understoodStays(allStays, sources.stalled.get(conversationId));
    const events = isInMemory
      ? fromMemory(sources, conversationId, intervals, gap)
      : await fromStream(sources, conversationId, intervals, gap);
    if (events.length === 0) continue;
    conversations += 1;
    missed.push(...events);
    if (conversations > RESUME_CONVERSATIONS_MAX) return { outcome: 'reset', reason: 'too-many-conversations' };
    if (missed.length > RESUME_EVENTS_MAX) return { outcome: 'reset', reason: 'too-many-events' };
  }
  return { outcome: 'events', events: missed.sort(byPosition) };
};

const byPosition = (one: LogEvent, other: LogEvent): number => (one.position < other.position ? -1 : 1);

/** What the user was pushed, or would have been had he been connected. */
const fromMemory = (
  { recent, eventOf }: Sources,
  conversationId: ConversationId,
  intervals: readonly MembershipInterval[],
  { after, upTo }: Gap,
): readonly LogEvent[] =>
  recent
    .of(conversationId, { after, upTo }, ({ revision }) => wasPushed(intervals, revision), RESUME_EVENTS_MAX + 1)
    .map(eventOf);

/** Walks back through the user's stays; what was said between and before them is not read. */
const fromStream = async (
  sources: Sources,
  conversationId: ConversationId,
  intervals: readonly MembershipInterval[],
  gap: Gap,
): Promise<readonly LogEvent[]> => {
  const missed: LogEvent[] = [];
  for (const stay of intervals.toReversed())
    if (await reachesStart(sources, conversationStream(conversationId), stay, gap, missed)) break;
  return missed;
};

/** Collects what is missed of one stay, the newest first. True: the gap's start was met, or one event too many. */
const reachesStart = async (
  { store, eventOf }: Sources,
  stream: StreamName,
  { fromSeq, toSeq }: MembershipInterval,
  { after, upTo }: Gap,
  missed: LogEvent[],
): Promise<boolean> => {
  let from = toSeq === null ? undefined : revisionOf(toSeq);
  let maxCount = FIRST_PAGE_EVENTS;
  for (;;) {
    const options = { direction: 'backwards', maxCount, ...(from === undefined ? {} : { from }) } as const;
    const { events } = await store.readStream(stream, options);
    for (const recorded of events) {
      if (!isBefore(after, recorded.position)) return true;
      if (recorded.revision < fromSeq) return false;
      if (recorded.position <= upTo) missed.push(eventOf(recorded));
      if (missed.length > RESUME_EVENTS_MAX) return true;
    }
    const oldest = events.at(-1);
    if (oldest === undefined || oldest.revision <= fromSeq) return false;
    from = revisionOf(oldest.revision - 1);
    maxCount = Math.min(maxCount * PAGE_GROWTH, PAGE_MAX_EVENTS);
  }
};

const revisionOf = (seq: number): Revision => seq as Revision;
