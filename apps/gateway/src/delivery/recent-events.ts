import type { ConversationId } from '@verbatim/domain';
import type { Position, RecordedEvent } from '@verbatim/event-store';
import { Deque } from './deque.js';
import { isBefore } from './log-place.js';

export type RecentEventsLimits = { readonly recentMaxBytes: number; readonly recentMaxEvents: number };

/** A recorded event and what is made from it, beside the body that is counted by itself. */
const EVENT_OVERHEAD_BYTES = 1_500;
/** The body is held in the event and in the text that is made from it once. */
const BODY_COPIES = 2;

type Recent = { readonly conversationId: ConversationId; readonly recorded: RecordedEvent };

/**
 * The newest events of all conversations, by conversation: a resume after a short absence costs no read. Their pushes are
 * made anew when needed: kept here they would outlive the turn that they are written in, by the thousands.
 */
export class RecentEvents {
  readonly #all = new Deque<Recent>();
  readonly #byConversation = new Map<ConversationId, Deque<RecordedEvent>>();
  #bytes = 0;
  #completeAfter: Position | null;

  constructor(
    startsAfter: Position | null,
    private readonly limits: RecentEventsLimits,
  ) {
    this.#completeAfter = startsAfter;
  }

  get bytes(): number {
    return this.#bytes;
  }

  push(conversationId: ConversationId, recorded: RecordedEvent): void {
    this.#all.push({ conversationId, recorded });
    this.#bytes += weightOf(recorded);
    let ofConversation = this.#byConversation.get(conversationId);
    if (ofConversation === undefined) this.#byConversation.set(conversationId, (ofConversation = new Deque()));
    ofConversation.push(recorded);
    while (this.#bytes > this.limits.recentMaxBytes || this.#all.length > this.limits.recentMaxEvents)
      this.#dropOldest();
  }

  /** True when every event after the position is here. */
  reaches(after: Position | null): boolean {
    return !isBefore(after, this.#completeAfter);
  }

  /** Wanted events of one conversation in (after, upTo], in order, at most `maxCount`; meaningful where `reaches(after)`. */
  of(
    conversationId: ConversationId,
    { after, upTo }: { readonly after: Position | null; readonly upTo: Position },
    isWanted: (event: RecordedEvent) => boolean,
    maxCount: number,
  ): readonly RecordedEvent[] {
    const events = this.#byConversation.get(conversationId);
    if (events === undefined) return [];
    const found: RecordedEvent[] = [];
    const first = events.firstIndex(({ position }) => isBefore(after, position));
    for (let index = first; index < events.length; index += 1) {
      const event = events.at(index);
      if (event.position > upTo || found.length === maxCount) break;
      if (isWanted(event)) found.push(event);
    }
    return found;
  }

  #dropOldest(): void {
    const oldest = this.#all.shift();
    if (oldest === undefined) return;
    this.#bytes -= weightOf(oldest.recorded);
    this.#completeAfter = oldest.recorded.position;
    const ofConversation = this.#byConversation.get(oldest.conversationId);
    ofConversation?.shift();
    if (ofConversation?.length === 0) this.#byConversation.delete(oldest.conversationId);
  }
}

const weightOf = ({ event }: RecordedEvent): number => {
  const { body } = event.data as { body?: string };
  return EVENT_OVERHEAD_BYTES + (body === undefined ? 0 : body.length * BODY_COPIES);
};
