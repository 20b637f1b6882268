import type { EventEmitter } from 'node:events';
import type { Ticks } from './wheel.js';
import type { Flushable, JoinFrames, TurnFlusher } from './turn-flusher.js';

export type OutboxLimits = {
  /** Unsent bytes left from earlier turns above which a connection is a slow consumer. */
  readonly queueMaxBytes: number;
  /** Unsent bytes that do not move for so long make it one too. */
  readonly stallMaxMs: number;
};

/** Where the bytes go: a socket, or the response of an event stream. */
export interface OutboxTarget extends EventEmitter {
  /** Bytes taken and not yet handed to the operating system. */
  readonly writableLength: number;
  readonly destroyed: boolean;
  write(bytes: Buffer): boolean;
}

export interface OutboxOwner {
  /** The peer does not read what is written to it. */
  onSlow(): void;
}

/** Answers may be larger than the queue of pushes: a history page of 200 long messages has to fit. */
const HARD_LIMIT_FACTOR = 8;
/** A replay goes on when no more than this is unsent. */
export const REPLAY_HIGH_WATER_BYTES = 262_144;

/** Frames on their way to one socket: collected during a turn of the event loop, bounded, written at its end. */
export class Outbox implements Flushable {
  #frames: Buffer[] = [];
  #bytes = 0;
  /** Bytes handed to the socket so far, modulo nothing: exact up to 2^53. */
  #queuedBytes = 0;
  /** Equal to nothing until the first look. */
  #sentBytesAtCheck = Number.NaN;
  #stalledSince: Ticks = 0;
  /** A large answer raises the limit by its own size until it has gone out. */
  #allowanceBytes = 0;
  #isOpen = true;

  constructor(
    private readonly socket: OutboxTarget,
    private readonly flusher: TurnFlusher,
    private readonly limits: OutboxLimits,
    private readonly owner: OutboxOwner,
  ) {}

  /** Bytes not yet handed to the operating system. */
  get unsentBytes(): number {
    return this.#bytes + this.socket.writableLength;
  }

  push(frame: Buffer): void {
    if (!this.#isOpen) return;
    if (this.#frames.length === 0) this.flusher.add(this);
    this.#frames.push(frame);
    this.#bytes += frame.length;
    if (this.#bytes > this.limits.queueMaxBytes) this.#growOrGiveUp();
  }

  /** Called at the end of the turn, and before a close frame. */
  flush(join: JoinFrames = joinFrames): void {
    if (this.#frames.length === 0) return;
    const frames = this.#frames;
    const bytes = this.#bytes;
    this.#frames = [];
    this.#bytes = 0;
    const waiting = this.socket.writableLength;
    if (waiting === 0) this.#allowanceBytes = 0;
    else if (waiting > this.limits.queueMaxBytes + this.#allowanceBytes) return this.owner.onSlow();
    this.#allowanceBytes = Math.max(this.#allowanceBytes, bytes);
    this.#queuedBytes += bytes;
    this.socket.write(frames.length === 1 ? (frames[0] as Buffer) : join(frames, bytes));
  }

  /** To be called about once a second. True when what is unsent has not moved for too long. */
  isStalled(now: Ticks): boolean {
    const sent = this.#queuedBytes - this.socket.writableLength;
    if (this.socket.writableLength === 0 || sent !== this.#sentBytesAtCheck) {
      this.#sentBytesAtCheck = sent;
      this.#stalledSince = now;
    }
    return (now - this.#stalledSince) * 1_000 >= this.limits.stallMaxMs;
  }

  /** Nothing is accepted any more; what was collected is written. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.flush();
  }

  /** Nothing is accepted any more; what was collected is dropped. */
  discard(): void {
    this.#isOpen = false;
    this.#frames = [];
    this.#bytes = 0;
  }

  /** Resolves when a replay may go on: little is unsent, or the socket is gone. */
  async drained(): Promise<void> {
    this.flush();
    while (!this.socket.destroyed && this.socket.writableLength > REPLAY_HIGH_WATER_BYTES) await nextDrain(this.socket);
  }

  #growOrGiveUp(): void {
    if (this.unsentBytes > this.limits.queueMaxBytes * HARD_LIMIT_FACTOR) this.owner.onSlow();
  }
}

const joinFrames: JoinFrames = (frames, bytes) => Buffer.concat(frames as Buffer[], bytes);

const nextDrain = (socket: OutboxTarget): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
