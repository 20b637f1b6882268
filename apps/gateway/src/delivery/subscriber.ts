import type { UserId } from '@verbatim/domain';
import type { Position } from '@verbatim/event-store';
import type { Actor } from '@verbatim/identity';
import type { CloseReason } from '@verbatim/protocol';
import type { LogEvent, Outgoing } from './outgoing.js';

/** Where the pushes of one subscriber go: a socket, an event stream, the answer of a long poll. */
export interface Sink {
  write(push: Outgoing): void;
  /** Ends the connection; nothing is written after it. */
  close(reason: CloseReason): void;
}

/** Pushes held back while a replay is written; above it the client resumes again from where it got to. */
export const HELD_MAX_EVENTS = 10_000;

/** One connection of an authenticated session, as delivery sees it. Holds live events back until the replay is written. */
export class Subscriber {
  /** Pushes with `cur` written to this connection so far: `n` of the pong. */
  pushes = 0;
  /** Place of the newest cursor that this connection was sent. */
  seenPosition: Position | null = null;
  isOver = false;
  /** Why the server ended it; null while it goes on, or when the client left. */
  endedBy: CloseReason | null = null;
  #held: LogEvent[] | null = [];

  constructor(
    readonly connectionId: string,
    readonly actor: Actor,
    readonly sink: Sink,
  ) {}

  get userId(): UserId {
    return this.actor.userId as UserId;
  }

  get isLive(): boolean {
    return this.#held === null && !this.isOver;
  }

  push(event: LogEvent): void {
    if (this.#held === null) return this.#write(event);
    this.#held.push(event);
    if (this.#held.length > HELD_MAX_EVENTS) this.end('resync-required');
  }

  /** Writes events of a replay, in front of what is held. */
  replay(events: readonly LogEvent[]): void {
    for (const event of events) this.#write(event);
  }

  /** Pushes without `cur`; those of the moment before the replay is through are lost, as best effort allows. */
  notify(push: Outgoing): void {
    if (this.isLive) this.sink.write(push);
  }

  goLive(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const event of held) this.#write(event);
  }

  end(reason: CloseReason): void {
    if (this.isOver) return;
    this.isOver = true;
    this.endedBy = reason;
    this.#held = null;
    this.sink.close(reason);
  }

  #write(event: LogEvent): void {
    if (this.isOver) return;
    this.pushes += 1;
    this.seenPosition = event.position;
    this.sink.write(event);
  }
}
