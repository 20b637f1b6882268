import type { ConversationId, UserId } from '@verbatim/domain';
import type { Position } from '@verbatim/event-store';
import type { SignalRelay } from '@verbatim/presence';
import type { Delivery } from '../delivery/delivery.js';
import type { LogFeed } from '../delivery/log-feed.js';
import { notice } from '../delivery/outgoing.js';

type Parts = {
  readonly signals: SignalRelay;
  readonly delivery: Pick<Delivery, 'audience' | 'stalled'>;
  readonly feed: Pick<LogFeed, 'reaches' | 'scannedTo'>;
};
type Typing = { readonly userId: UserId; readonly typing: boolean };

/** A signal of a gateway that is ahead waits so long for this one to get there; then it is old. */
const SIGNAL_WAIT_MAX_MS = 1_000;
/** Signals that wait so; one more is lost. */
const SIGNALS_WAITING_MAX = 1_000;
const POSITION = /^\d{1,20}$/;

/** Who types, told to those who focus the conversation at this moment, at this gateway and at the others. Nobody hears of it later. */
export class TypingFeed {
  #waiting = 0;

  constructor(private readonly parts: Parts) {
    parts.signals.onSignal((topic, signal) => void this.#heard(topic as ConversationId, signal));
  }

  /** @param typing.userId a member as of the place that this gateway has applied */
  typed(conversationId: ConversationId, { userId, typing }: Typing): void {
    const { signals, feed } = this.parts;
    const after = feed.scannedTo === null ? null : String(feed.scannedTo);
    signals.publish(conversationId, JSON.stringify({ userId, typing, after }));
    this.#show(conversationId, { userId, typing });
  }

  /** Shown on the membership that the sender was at, or a newer one: who had been removed by then sees nothing of it. */
  async #heard(conversationId: ConversationId, signal: string): Promise<void> {
    const heard = readTyping(signal);
    if (heard === null || this.#waiting >= SIGNALS_WAITING_MAX) return;
    this.#waiting += 1;
    const isThere = heard.after === null || (await this.parts.feed.reaches(heard.after, SIGNAL_WAIT_MAX_MS));
    this.#waiting -= 1;
    if (isThere) this.#show(conversationId, heard);
  }

  #show(conversationId: ConversationId, { userId, typing }: Typing): void {
    const { audience, stalled } = this.parts.delivery;
    if (stalled.has(conversationId)) return;
    audience.room(conversationId)?.notifyFocusers(notice('typing', { conversationId, userId, typing }), userId);
  }
}

/** Null for what a gateway of another release may mean. */
const readTyping = (signal: string): (Typing & { readonly after: Position | null }) | null => {
  try {
    const { userId, typing, after } = JSON.parse(signal) as Record<string, unknown>;
    if (typeof userId !== 'string' || typeof typing !== 'boolean') return null;
    if (after === null) return { userId: userId as UserId, typing, after };
    return typeof after === 'string' && POSITION.test(after)
      ? { userId: userId as UserId, typing, after: BigInt(after) as Position }
      : null;
  } catch {
    return null;
  }
};
