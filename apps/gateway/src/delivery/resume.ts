import { conversationStream, type ConversationId, type MembershipInterval, type Revision } from '@verbatim/domain';
import type { EventStore, Position, RecordedEvent } from '@verbatim/event-store';
import { RESUME_CONVERSATIONS_MAX, RESUME_EVENTS_MAX, type ResetReason } from '@verbatim/protocol';
import { isBefore } from './log-place.js';
import type { LogEvent } from './outgoing.js';
import type { RecentEvents } from './recent-events.js';
import { wasPushed, type Stays } from './stays.js';

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
  for (const [conversationId, intervals] of stays) {
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

const fromMemory = (
  { recent, eventOf }: Sources,
  conversationId: ConversationId,
  intervals: readonly MembershipInterval[],
  { after, upTo }: Gap,
): readonly LogEvent[] =>
  recent
    .of(conversationId, after, upTo, RESUME_EVENTS_MAX + 1)
    .filter(({ revision }) => wasPushed(intervals, revision))
    .map(eventOf);

/** Walks back from the newest revision that the user may have been pushed, until the gap's start or one event too many. */
const fromStream = async (
  { store, eventOf }: Sources,
  conversationId: ConversationId,
  intervals: readonly MembershipInterval[],
  { after, upTo }: Gap,
): Promise<readonly LogEvent[]> => {
  const missed: LogEvent[] = [];
  let from: Revision | undefined = intervals.at(-1)?.toSeq === null ? undefined : lastRevisionOf(intervals);
  let maxCount = FIRST_PAGE_EVENTS;
  for (;;) {
    const { events } = await store.readStream(conversationStream(conversationId), {
      direction: 'backwards',
      maxCount,
      ...(from === undefined ? {} : { from }),
    });
    for (const recorded of events) {
      if (!isBefore(after, recorded.position)) return missed;
      if (recorded.position <= upTo && wasPushed(intervals, recorded.revision)) missed.push(eventOf(recorded));
      if (missed.length > RESUME_EVENTS_MAX) return missed;
    }
    const oldest = events.at(-1);
    if (oldest === undefined || oldest.revision === 0) return missed;
    from = (oldest.revision - 1) as Revision;
    maxCount = Math.min(maxCount * PAGE_GROWTH, PAGE_MAX_EVENTS);
  }
};

const lastRevisionOf = (intervals: readonly MembershipInterval[]): Revision =>
  (intervals.at(-1)?.toSeq ?? 0) as number as Revision;
