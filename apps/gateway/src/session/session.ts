import type { IpClass } from '@verbatim/http-edge';
import type { Actor } from '@verbatim/identity';
import type { CloseReason, ProtocolError, RequestId } from '@verbatim/protocol';
import type { Outgoing } from '../delivery/outgoing.js';
import type { Sink, Subscriber } from '../delivery/subscriber.js';
import type { FrameBudget, MinuteCount } from '../transport/frame-budget.js';
import type { Outbox } from '../transport/outbox.js';
import type { Ticks, WheelItem } from '../transport/wheel.js';
import type { Connection } from './session-directory.js';

/** Nothing is executed before `live`. */
export type SessionPhase = 'greeting' | 'authenticating' | 'live' | 'over';

/** One socket from `hello` to its close, as frames and the wheel see it. */
export interface Session extends Sink, WheelItem {
  phase: SessionPhase;
  /** Set when `auth` connects it to the log. */
  subscriber: Subscriber | null;
  /** The connection as the directory knows it, from the moment that its token is verified. */
  registered: Connection | null;
  /** Operations that are not answered yet. */
  inFlight: number;
  readonly actor: Actor | null;
  readonly address: string;
  readonly ipClass: IpClass;
  readonly outbox: Outbox;
  readonly budget: FrameBudget;
  readonly refused: MinuteCount;
  readonly malformed: MinuteCount;
  write(push: Outgoing): void;
  /** `dText` is JSON text; empty for an operation whose answer has no fields. */
  reply(re: RequestId, dText: string): void;
  fail(re: RequestId | null, error: ProtocolError): void;
  /** Writes what was collected, then the close frame; nothing after it. */
  close(reason: CloseReason): void;
  /** Cuts the connection, whatever is still unsent. */
  terminate(): void;
  /** @param expiresAtMs of the token, ms since the epoch */
  expiresAt(expiresAtMs: number): void;
  /** Looked at once a second. */
  check(now: Ticks): void;
}

/** What a session hands its frames to. */
export interface FrameReceiver {
  /** @param text null for a binary frame */
  receive(session: Session, text: string | null): void;
  /** Counts a frame; false when the connection sends more than it may. */
  admits(session: Session): boolean;
}
