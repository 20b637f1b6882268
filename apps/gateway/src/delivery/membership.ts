import type { PresenceRegistry } from '@verbatim/presence';
import type { Connected, Connector, TryLater } from './connector.js';
import type { Delivery } from './delivery.js';
import type { LogPlace } from './log-place.js';
import type { CursorCodec } from './cursor.js';
import type { Subscriber } from './subscriber.js';

/** Puts subscribers on the log and takes them off again; presence follows from it. */
export class Membership {
  #livePlace: LogPlace = null;
  #liveCursor: string | null = null;

  constructor(
    private readonly connector: Connector,
    private readonly delivery: Delivery,
    private readonly presence: PresenceRegistry,
    private readonly cursors: CursorCodec,
    private readonly placeOf: () => LogPlace,
  ) {}

  async attach(subscriber: Subscriber, cursor: string | null): Promise<Connected | TryLater> {
    const connected = await this.connector.connect(subscriber, cursor);
    if (subscriber.isOver) this.detach(subscriber);
    return connected;
  }

  detach(subscriber: Subscriber): void {
    subscriber.isOver = true;
    const user = this.delivery.audience.user(subscriber.userId);
    if (user === undefined || !user.subscribers.delete(subscriber)) return;
    for (const room of user.rooms) room.unfocus(subscriber);
    this.presence.disconnected(subscriber.userId, subscriber.connectionId);
  }

  /** Cursor of the newest applied event; what a live subscriber has been written reaches up to it. Signed once per place. */
  liveCursor(subscriber: Subscriber): string {
    const place = this.placeOf();
    if (this.#liveCursor === null || place !== this.#livePlace) {
      this.#livePlace = place;
      this.#liveCursor = this.cursors.encode(place);
    }
    subscriber.seenPosition = place?.position ?? null;
    return this.#liveCursor;
  }
}
