import type { ConversationId } from '@verbatim/domain';
import type { Position } from '@verbatim/event-store';
import { Deque } from './deque.js';
import { isBefore } from './log-place.js';
import type { LogEvent } from './outgoing.js';

export type RecentEventsLimits = { readonly recentMaxBytes: number; readonly recentMaxEvents: number };

/** The event, its text and its frame, beside the body that is counted by itself. */
const EVENT_OVERHEAD_BYTES = 1_500;
/** The body is held as text, in the event's text and in the frame. */
const BODY_COPIES = 3;

/** The newest events of all conversations, by conversation: a resume after a short absence costs no read. */
export class RecentEvents {
  readonly #all = new Deque<LogEvent>();
  readonly #byConversation = new Map<ConversationId, Deque<LogEvent>>();
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

  push(event: LogEvent): void {
    this.#all.push(event);
    this.#bytes += weightOf(event);
    let ofConversation = this.#byConversation.get(event.conversationId);
    if (ofConversation === undefined) this.#byConversation.set(event.conversationId, (ofConversation = new Deque()));
    ofConversation.push(event);
    while (this.#bytes > this.limits.recentMaxBytes || this.#all.length > this.limits.recentMaxEvents)
      this.#dropOldest();
  }

  /** True when every event after the position is here. */
  reaches(after: Position | null): boolean {
    return !isBefore(after, this.#completeAfter);
  }

  /** Events of one conversation in (after, upTo], in order, at most `maxCount`; meaningful where `reaches(after)`. */
  of(conversationId: ConversationId, after: Position | null, upTo: Position, maxCount: number): readonly LogEvent[] {
    const events = this.#byConversation.get(conversationId);
    if (events === undefined) return [];
    const found: LogEvent[] = [];
    for (
      let index = events.firstIndex(({ position }) => isBefore(after, position));
      index < events.length;
      index += 1
    ) {
      const event = events.at(index);
      if (event.position > upTo || found.length === maxCount) break;
      found.push(event);
    }
    return found;
  }

  #dropOldest(): void {
    const oldest = this.#all.shift();
    if (oldest === undefined) return;
    this.#bytes -= weightOf(oldest);
    this.#completeAfter = oldest.position;
    const ofConversation = this.#byConversation.get(oldest.conversationId);
    ofConversation?.shift();
    if (ofConversation?.length === 0) this.#byConversation.delete(oldest.conversationId);
  }
}

const weightOf = ({ recorded }: LogEvent): number => {
  const { body } = recorded.event.data as { body?: string };
  return EVENT_OVERHEAD_BYTES + (body === undefined ? 0 : body.length * BODY_COPIES);
};
