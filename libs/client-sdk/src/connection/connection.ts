import type { AuthReply } from '@verbatim/protocol';
import { ClientClosedError, RequestRejectedError, SignedOutError } from '../errors.js';
import { backoffMs } from '../kernel/backoff.js';
import type { Runtime } from '../kernel/runtime.js';
import type { ClientLimits } from '../options.js';
import type { SocketAddress } from '../session/gateway-address.js';
import type { Session } from '../session/session.js';
import { afterEnd } from './after-end.js';
import { Attempt } from './attempt.js';
import type { AttemptEnd, Credentials, Feed } from './attempt.js';
import type { ConnectionState } from './connection-state.js';
import type { SocketConstructor } from './socket-like.js';
import type { SocketLink } from './socket-link.js';
import { TokenRenewal } from './token-renewal.js';

export type ConnectionPorts = {
  readonly runtime: Runtime;
  readonly limits: ClientLimits;
  readonly Socket: SocketConstructor;
  readonly address: SocketAddress;
  readonly clientName: string;
  readonly session: Session;
  readonly feed: Feed;
  readonly stateChanged: (state: ConnectionState) => void;
};

/** Code of an attempt that never had a socket: the token could not be had, or the address is none. */
const NO_CONNECTION = 1006;

/** Keeps one connection alive: at most one attempt is in flight, and each failure waits longer than the last. */
export class Connection {
  private current: ConnectionState = { status: 'closed', reason: { kind: 'not-started' } };
  private attempt: Attempt | undefined;
  private liveLink: SocketLink | undefined;
  private failures = 0;
  private renewToken = false;
  /** Rises with every start and stop, so that a loop that was stopped never goes on beside its successor. */
  private run = 0;
  private skipWait: ((stopping: boolean) => void) | undefined;
  private readonly waiters = new Set<{ resolve: () => void; reject: (error: Error) => void }>();
  private readonly renewal: TokenRenewal;

  constructor(private readonly ports: ConnectionPorts) {
    this.renewal = new TokenRenewal(ports.runtime, ports.session, ports.limits);
  }

  get state(): ConnectionState {
    return this.current;
  }
  get link(): SocketLink | undefined {
    return this.liveLink;
  }

  /** True when no connection is to be expected any more; false before the start. */
  get isOver(): boolean {
    return this.current.status === 'closed' && this.current.reason.kind !== 'not-started';
  }

  start(): void {
    if (this.current.status !== 'closed') return;
    this.run += 1;
    this.failures = 0;
    this.renewToken = false;
    void this.keepConnected(this.run);
  }

  stop(): void {
    this.run += 1;
    this.renewal.stop();
    this.attempt?.close();
    this.skipWait?.(true);
    this.move({ status: 'closed', reason: { kind: 'by-application' } });
  }

  /** Ends a backoff at once, as when the device is back on the network; never a wait that the server asked for. */
  reconnectNow(): void {
    this.skipWait?.(false);
  }

  /** Ends the present connection; the next one starts from the last good cursor. */
  restart(): void {
    this.attempt?.overflow();
  }

  whenLive(): Promise<void> {
    if (this.liveLink) return Promise.resolve();
    if (this.isOver) return Promise.reject(new ClientClosedError());
    return new Promise((resolve, reject) => this.waiters.add({ resolve, reject }));
  }

  private async keepConnected(run: number): Promise<void> {
    while (run === this.run) {
      this.move({ status: 'connecting', attempt: this.failures });
      const tokenWasRenewed = this.renewToken;
      const end = await this.attemptOnce(run);
      if (run !== this.run) return;
      this.liveLink = undefined;
      this.renewal.stop();
      if (end.liveMs > 0) this.renewToken = false;
      const next = end.signedOut ?? afterEnd(end, tokenWasRenewed && end.liveMs === 0);
      if (next.kind === 'closed') return this.move({ status: 'closed', reason: next.reason });
      this.renewToken ||= next.renewToken;
      await this.backOff(end);
    }
  }

  private async attemptOnce(run: number): Promise<AttemptEnd & { readonly signedOut?: ReturnType<typeof afterEnd> }> {
    try {
      const credentials = await this.credentials();
      const url = await this.ports.address(credentials.token);
      // The application may have stopped the client meanwhile: then no socket is opened.
      if (run !== this.run) return { code: NO_CONNECTION, reason: '', liveMs: 0, waitMs: 0 };
      this.attempt = this.open(url, credentials, run);
      return await this.attempt.ended;
    } catch (error) {
      const failed = { code: NO_CONNECTION, reason: String(error), liveMs: 0, waitMs: 0 };
      if (error instanceof SignedOutError) {
        return { ...failed, signedOut: { kind: 'closed', reason: { kind: 'signed-out', code: error.code } } };
      }
      if (!(error instanceof RequestRejectedError)) return failed;
      return { ...failed, waitMs: error.error.retryAfterMs ?? 0 };
    }
  }

  private async credentials(): Promise<Credentials> {
    const { session, clientName } = this.ports;
    const token = await session.accessToken(this.renewToken);
    return { token, deviceId: session.deviceId ?? '', client: clientName };
  }

  private open(url: string, credentials: Credentials, run: number): Attempt {
    const { runtime, limits, Socket, feed } = this.ports;
    const moved = (status: 'authenticating' | 'replaying') => {
      if (run !== this.run) return;
      this.liveLink = undefined;
      this.move({ status });
    };
    const live = (link: SocketLink) => {
      if (run === this.run) this.goLive(link);
    };
    const authenticated = (reply: AuthReply) => this.ports.session.learnServerTime(reply.serverTime);
    const tokenExpiring = (link: SocketLink) => this.renewal.renewNow(link);
    return new Attempt({ runtime, limits, Socket, url, feed, moved, authenticated, live, tokenExpiring }, credentials);
  }

  private goLive(link: SocketLink): void {
    this.liveLink = link;
    this.renewal.watch(link);
    this.move({ status: 'live' });
    for (const waiter of this.waiters) waiter.resolve();
    this.waiters.clear();
  }

  private async backOff(end: AttemptEnd): Promise<void> {
    const { runtime, limits } = this.ports;
    if (end.liveMs >= limits.reconnectStableMs) this.failures = 0;
    const jitterMs = backoffMs(
      runtime,
      { baseMs: limits.reconnectBaseMs, maxMs: limits.reconnectMaxMs },
      this.failures,
    );
    this.failures += 1;
    const delayMs = Math.max(jitterMs, end.waitMs);
    this.move({ status: 'backing-off', delayMs, code: end.code, text: end.refusal?.code ?? end.reason });
    await new Promise<void>((resolve) => {
      const timer = runtime.after(delayMs, resolve);
      this.skipWait = (stopping) => {
        if (end.waitMs > 0 && !stopping) return;
        timer.cancel();
        resolve();
      };
    });
    this.skipWait = undefined;
  }

  private move(state: ConnectionState): void {
    this.current = state;
    if (state.status === 'closed') {
      this.liveLink = undefined;
      for (const waiter of this.waiters) waiter.reject(new ClientClosedError());
      this.waiters.clear();
    }
    this.ports.stateChanged(state);
  }
}
