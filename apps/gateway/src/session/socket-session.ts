import type { Socket } from 'node:net';
import { ipClassOf, type IpClass } from '@verbatim/http-edge';
import type { Actor } from '@verbatim/identity';
import {
  AUTH_TIMEOUT_MS,
  HEARTBEAT_SERVER_TIMEOUT_MS,
  TOKEN_EXPIRING_NOTICE_MS,
  closeCodes,
  encodeErrorText,
  encodeReplyText,
  type CloseReason,
  type ProtocolError,
  type RequestId,
} from '@verbatim/protocol';
import { notice, type Outgoing } from '../delivery/outgoing.js';
import type { Subscriber } from '../delivery/subscriber.js';
import { FrameBudget, MinuteCount } from '../transport/frame-budget.js';
import { Outbox, type OutboxOwner } from '../transport/outbox.js';
import type { ClientSocket, SocketOwner } from '../transport/socket-server.js';
import { textFrameOf } from '../transport/text-frame.js';
import type { Ticks } from '../transport/wheel.js';
import { tryLater } from './authenticate.js';
import type { Connection } from './session-directory.js';
import type { SessionServices } from './session-services.js';
import type { Session, SessionPhase } from './session.js';

const SECOND_MS = 1_000;

/** One WebSocket from `hello` to its close. Holds as little as it can: most connections are idle. */
export class SocketSession implements SocketOwner, OutboxOwner, Session {
  wheelSlot = 0;
  phase: SessionPhase = 'greeting';
  subscriber: Subscriber | null = null;
  registered: Connection | null = null;
  inFlight = 0;
  readonly ipClass: IpClass;
  readonly outbox: Outbox;
  readonly budget: FrameBudget;
  readonly refused = new MinuteCount();
  readonly malformed = new MinuteCount();
  readonly #openedAt: Ticks;
  #heardAt: Ticks;
  #expiresAt: Ticks = Number.MAX_SAFE_INTEGER;
  #isWarned = false;

  constructor(
    private readonly socket: ClientSocket,
    raw: Socket,
    readonly address: string,
    private readonly services: SessionServices,
  ) {
    const { wheel, flusher, limits } = services;
    this.ipClass = ipClassOf(address);
    this.#openedAt = wheel.now;
    this.#heardAt = wheel.now;
    this.outbox = new Outbox(raw, flusher, limits, this);
    this.budget = new FrameBudget(limits, wheel.now);
    wheel.add(this);
    this.outbox.push(services.helloFrame);
  }

  get actor(): Actor | null {
    return this.registered?.actor ?? null;
  }

  onText(data: Buffer): void {
    if (this.phase === 'over') return;
    this.#heardAt = this.services.wheel.now;
    this.services.router.receive(this, data.toString());
  }

  onBinary(): void {
    if (this.phase === 'over') return;
    this.#heardAt = this.services.wheel.now;
    this.services.router.receive(this, null);
  }

  /** Pings count as frames: a flood of them meets the same bound. */
  onPing(data: Buffer): void {
    if (this.phase === 'over') return;
    this.#heardAt = this.services.wheel.now;
    if (this.services.router.admits(this)) this.socket.pong(data);
  }

  onClose(): void {
    this.#leave();
    this.services.wheel.delete(this);
    this.services.admission.leave(this.address);
  }

  write(push: Outgoing): void {
    this.outbox.push(push.frame);
  }

  reply(re: RequestId, dText: string): void {
    this.outbox.push(textFrameOf(encodeReplyText(re, dText === '' ? '{}' : dText)));
  }

  fail(re: RequestId | null, error: ProtocolError): void {
    this.outbox.push(textFrameOf(encodeErrorText(re, error)));
  }

  close(reason: CloseReason): void {
    if (this.phase === 'over') return;
    this.#leave();
    this.outbox.close();
    this.#closeSocket(reason);
  }

  terminate(): void {
    this.socket.terminate();
  }

  expiresAt(expiresAtMs: number): void {
    const { wheel, clock } = this.services;
    this.#expiresAt = wheel.now + Math.ceil((expiresAtMs - clock.nowMs()) / SECOND_MS);
    this.#isWarned = false;
  }

  check(now: Ticks): void {
    if (this.phase === 'over') return;
    if (this.phase !== 'live' && (now - this.#openedAt) * SECOND_MS >= AUTH_TIMEOUT_MS) return this.#giveUpAuth();
    if ((now - this.#heardAt) * SECOND_MS >= HEARTBEAT_SERVER_TIMEOUT_MS) return this.close('heartbeat-timeout');
    if (this.outbox.isStalled(now)) return this.onSlow();
    if (this.#expiresAt <= now) return this.close('token-expired');
    if (!this.#isWarned && (this.#expiresAt - now) * SECOND_MS <= TOKEN_EXPIRING_NOTICE_MS) this.#warn(now);
  }

  /** A client that sent its `auth` is not at fault: to be closed with 4506 would keep it away for good. */
  #giveUpAuth(): void {
    if (this.phase === 'authenticating') tryLater(this);
    else this.close('auth-timeout');
  }

  #warn(now: Ticks): void {
    this.#isWarned = true;
    const expiresAtMs = this.services.clock.nowMs() + (this.#expiresAt - now) * SECOND_MS;
    this.write(notice('token.expiring', { expiresAt: new Date(expiresAtMs).toISOString() }));
  }

  onSlow(): void {
    if (this.phase === 'over') return;
    this.#leave();
    this.outbox.discard();
    this.#closeSocket('slow-consumer');
  }

  #closeSocket(reason: CloseReason): void {
    this.services.metrics.closed(reason);
    this.socket.close(closeCodes[reason].code, reason);
  }

  #leave(): void {
    if (this.phase === 'over') return;
    this.phase = 'over';
    if (this.registered !== null) this.services.directory.remove(this.registered);
    if (this.subscriber !== null) this.services.membership.detach(this.subscriber);
  }
}
