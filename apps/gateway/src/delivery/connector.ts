import { type EventStore, EventStoreUnavailableError } from '@verbatim/event-store';
import type { LocalUser } from './audience.js';
import { ReadModelsUnavailableError, type ReadModels } from '@verbatim/read-models';
import type { ResetReason, ResumeOutcome } from '@verbatim/protocol';
import { eventIdPrefixOf, type CursorCodec, type CursorPlace } from './cursor.js';
import type { Delivery } from './delivery.js';
import type { LogFeed } from './log-feed.js';
import { isBefore, type LogPlace } from './log-place.js';
import type { LogEvent } from './outgoing.js';
import { readGap } from './resume.js';
import { presentConversations, staysOf, type Stays } from './stays.js';
import type { Subscriber } from './subscriber.js';

export type Connected = {
  readonly outcome: 'connected';
  readonly resume: ResumeOutcome;
  /** The client's own place until the replay is through: what it may safely keep. */
  readonly cursor: string;
  /** Events to write before going live. */
  readonly replay: readonly LogEvent[];
  /** The place that the replay ends at and live delivery goes on from. */
  readonly liveFrom: LogPlace;
  readonly liveCursor: string;
  readonly reason: ResetReason | null;
};
/** The client should come back a little later: this gateway, or a read model, is too far behind. */
export type TryLater = { readonly outcome: 'try-later' };

/** A cursor that another gateway issued may be ahead of this one; it mostly is for milliseconds. */
export const CURSOR_AHEAD_MAX_MS = 5_000;

type Parts = {
  readonly store: EventStore;
  readonly readModels: Pick<ReadModels, 'membership'>;
  readonly feed: LogFeed;
  readonly delivery: Delivery;
  readonly cursors: CursorCodec;
  /** Told at the moment that a subscriber is on the log, whatever comes of the rest of its connecting. */
  readonly onEntered: (subscriber: Subscriber) => void;
};
type Start = { readonly after: CursorPlace | null; readonly reason: ResetReason | null };

/** Connects subscribers to the log without a hole: every event is in the replay or is pushed, none is in both. */
export class Connector {
  constructor(private readonly parts: Parts) {}

  /** Afterwards the subscriber gets live events, held back until `goLive`. */
  async connect(subscriber: Subscriber, cursor: string | null): Promise<Connected | TryLater> {
    return (await this.#connect(subscriber, cursor).catch(nullWhenUnavailable)) ?? { outcome: 'try-later' };
  }

  async #connect(subscriber: Subscriber, cursor: string | null): Promise<Connected | null> {
    const { delivery, cursors } = this.parts;
    const start = await this.#startOf(cursor);
    if (start === 'try-later') return null;
    const entry = await this.#enter(subscriber, start.after !== null);
    if (entry === null) return null;
    const { stays, liveFrom } = entry;
    const liveCursor = cursors.encode(liveFrom);
    const live = { outcome: 'connected', cursor: liveCursor, replay: [], liveFrom, liveCursor, reason: null } as const;
    if (start.reason !== null) return { ...live, resume: 'reset', reason: start.reason };
    if (start.after === null || cursor === null || liveFrom === null) return { ...live, resume: 'current' };
    const { recent, eventOf, stalled } = delivery;
    const sources = { store: this.parts.store, recent, eventOf, stalled };
    const gap = { after: start.after.position, upTo: liveFrom.position };
    const replay = await readGap(sources, stays, gap);
    if (replay.outcome === 'reset') return { ...live, resume: 'reset', reason: replay.reason };
    if (replay.events.length === 0) return { ...live, resume: 'current' };
    return { ...live, resume: 'replayed', cursor, replay: replay.events };
  }

  /** Where the replay starts; `after` is null when there is nothing to start from. */
  async #startOf(cursor: string | null): Promise<Start | 'try-later'> {
    if (cursor === null) return { after: null, reason: null };
    const decoded = this.parts.cursors.decode(cursor);
    if (!decoded.ok) return { after: null, reason: decoded.reason };
    const { position } = decoded.place;
    if (position !== null && isBefore(this.parts.feed.scannedTo, position)) {
      const head = await this.parts.store.headPosition();
      if (isBefore(head, position)) return { after: null, reason: 'ahead-of-log' };
      if (!(await this.parts.feed.reaches(position, CURSOR_AHEAD_MAX_MS))) return 'try-later';
    }
    return (await this.#isGenuine(decoded.place))
      ? { after: decoded.place, reason: null }
      : { after: null, reason: 'other-epoch' };
  }

  /** The event that the cursor names is still the one at its place: the log was not put back and written anew. */
  async #isGenuine({ position, eventIdPrefix }: CursorPlace): Promise<boolean> {
    if (position === null) return true;
    const { place } = this.parts.feed;
    if (place?.position === position) return eventIdPrefixOf(place.eventId) === eventIdPrefix;
    const recorded = await this.parts.store.readAt(position);
    return recorded !== null && eventIdPrefixOf(recorded.eventId) === eventIdPrefix;
  }

  /** Registers the subscriber on memberships as of the applied place, neither older nor younger; null when that cannot be had now. */
  async #enter(subscriber: Subscriber, needsStays: boolean): Promise<Entry | null> {
    const { feed, store, readModels, delivery } = this.parts;
    const known = delivery.audience.user(subscriber.userId);
    if (known !== undefined && !needsStays) return this.#entered(known, subscriber, NO_STAYS);
    const { memberships, asOf } = await readModels.membership.ofUser(subscriber.userId);
    // Documents may be younger than their checkpoint, and than this gateway: once it is at the head it is past them all.
    const head = await store.headPosition();
    if (head !== null && !(await feed.reaches(head, CURSOR_AHEAD_MAX_MS))) return null;
    const changes = delivery.ring.of(subscriber.userId, asOf?.position ?? null);
    if (changes === null || subscriber.isOver) return null;
    const stays = staysOf(memberships, changes);
    return this.#entered(delivery.audience.admit(subscriber.userId, presentConversations(stays)), subscriber, stays);
  }

  #entered(user: LocalUser, subscriber: Subscriber, stays: Stays): Entry {
    user.subscribers.add(subscriber);
    this.parts.onEntered(subscriber);
    return { stays, liveFrom: this.parts.feed.place };
  }
}

/** A log and read models that do not answer do so again, or another gateway reaches them: nothing is wrong with the client. */
const nullWhenUnavailable = (error: unknown): null => {
  if (error instanceof ReadModelsUnavailableError || error instanceof EventStoreUnavailableError) return null;
  throw error;
};

type Entry = { readonly stays: Stays; readonly liveFrom: LogPlace };
const NO_STAYS: Stays = new Map();
