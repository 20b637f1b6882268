import type { AuthReply, HelloData, InboxPageReply, ProtocolError, Push } from '@verbatim/protocol';
import { PROTOCOL_VERSION } from '@verbatim/protocol';
import { pause } from '../kernel/runtime.js';
import type { Runtime, Timer } from '../kernel/runtime.js';
import type { ClientLimits } from '../options.js';
import { loadInbox } from '../sync/inbox-state.js';
import type { InboxState } from '../sync/inbox-state.js';
import type { RequestOutcome } from './request-table.js';
import { SocketLink } from './socket-link.js';
import type { LinkEnd } from './socket-link.js';
import type { SocketConstructor } from './socket-like.js';

/** What the connection needs of the part that applies events. */
export interface Feed {
  resumePoint(): string | undefined;
  receive(push: Push): void;
  proved(cursor: string): void;
  frameDropped(): void;
  awaitInbox(): void;
  abandonInbox(): void;
  adopt(inbox: InboxState): void;
}

export type Credentials = { readonly token: string; readonly deviceId: string; readonly client: string };

export type AttemptPorts = {
  readonly runtime: Runtime;
  readonly limits: ClientLimits;
  readonly Socket: SocketConstructor;
  readonly url: string;
  readonly feed: Feed;
  readonly moved: (status: 'authenticating' | 'replaying') => void;
  readonly authenticated: (reply: AuthReply) => void;
  readonly live: (link: SocketLink) => void;
  readonly tokenExpiring: (link: SocketLink) => void;
};

export type AttemptEnd = LinkEnd & {
  /** Why `auth` was refused. */
  readonly refusal?: ProtocolError;
  /** How long it was live. */
  readonly liveMs: number;
  /** The server asked for a wait, counted from the end. */
  readonly waitMs: number;
};

const INBOX_RETRY_MS = 250;

/** One connection from opening to its end: hello, auth, resume or inbox, live. */
export class Attempt {
  readonly ended: Promise<AttemptEnd>;
  private link: SocketLink | undefined;
  private refusal: ProtocolError | undefined;
  private liveSinceMs: number | undefined;
  private notBeforeMs = 0;
  private leaveTimer: Timer | undefined;
  private over = false;
  private finish: (end: AttemptEnd) => void = () => undefined;

  constructor(
    private readonly ports: AttemptPorts,
    private readonly credentials: Credentials,
  ) {
    this.ended = new Promise((resolve) => {
      this.finish = resolve;
    });
    this.link = new SocketLink(ports.Socket, ports.url, {
      runtime: ports.runtime,
      limits: ports.limits,
      hello: (hello) => this.authenticate(hello),
      push: (push) => this.push(push),
      proved: (cursor) => ports.feed.proved(cursor),
      frameDropped: () => ports.feed.frameDropped(),
      ended: (end) => this.end(end),
    });
  }

  close(): void {
    this.link?.close('normal', '');
  }

  /** More came than may be held: start anew. */
  overflow(): void {
    this.link?.close('resync-required', 'too much was pushed while the inbox loaded');
  }

  private authenticate(hello: HelloData): void {
    if (!hello.protocol.includes(PROTOCOL_VERSION)) return this.link?.close('unsupported-version', '');
    this.ports.moved('authenticating');
    const cursor = this.ports.feed.resumePoint();
    const request = { ...this.credentials, ...(cursor === undefined ? {} : { cursor }) };
    const timeoutMs = this.ports.limits.authTimeoutMs;
    this.link?.start('auth', request, timeoutMs, (outcome) => this.authAnswered(outcome, cursor !== undefined));
  }

  private authAnswered(outcome: RequestOutcome<'auth'>, resumes: boolean): void {
    if (this.over) return;
    if (outcome.kind !== 'ok') {
      if (outcome.kind === 'rejected') this.refusal = outcome.error;
      return this.link?.close('normal', 'not authenticated');
    }
    this.ports.authenticated(outcome.d);
    if (!resumes || outcome.d.resume === 'reset') return this.loadState();
    if (outcome.d.resume === 'replayed') return this.ports.moved('replaying');
    this.ports.feed.proved(outcome.d.cursor);
    this.goLive();
  }

  private push(push: Push): void {
    const { feed } = this.ports;
    feed.receive(push);
    if (push.ev === 'synced') {
      feed.proved(push.d.cursor);
      this.goLive();
    } else if (push.ev === 'reset' && this.liveSinceMs !== undefined) this.loadState();
    else if (push.ev === 'goaway') this.leaveAfter(push.d.afterMs);
    else if (push.ev === 'token.expiring' && this.link) this.ports.tokenExpiring(this.link);
  }

  private goLive(): void {
    if (!this.link || this.over) return;
    this.liveSinceMs ??= this.ports.runtime.monotonicMs();
    this.ports.live(this.link);
  }

  /** The server closes first, as a rule; else this side leaves when the time has come. */
  private leaveAfter(afterMs: number): void {
    this.notBeforeMs = this.ports.runtime.monotonicMs() + afterMs;
    this.leaveTimer?.cancel();
    this.leaveTimer = this.ports.runtime.after(afterMs, () => this.link?.close('normal', 'going away'));
  }

  private loadState(): void {
    this.ports.moved('replaying');
    this.ports.feed.awaitInbox();
    loadInbox((after) => this.inboxPage(after), this.ports.limits.inboxPagesMax).then(
      (inbox) => {
        if (this.over) return;
        this.ports.feed.adopt(inbox);
        this.goLive();
      },
      () => this.link?.close('resync-required', 'the inbox could not be loaded'),
    );
  }

  /** On this connection only: a later one may be able to resume. */
  private async inboxPage(after: string | undefined): Promise<InboxPageReply> {
    const request = { limit: this.ports.limits.inboxPageLimit, ...(after === undefined ? {} : { after }) };
    for (;;) {
      if (!this.link || this.over) throw new Error('the connection ended');
      const outcome = await this.link.send('inbox.page', request);
      if (outcome.kind === 'ok') return outcome.d;
      if (outcome.kind !== 'rejected' || !outcome.error.retryable) throw new Error(`inbox.page: ${outcome.kind}`);
      await pause(this.ports.runtime, outcome.error.retryAfterMs ?? INBOX_RETRY_MS);
    }
  }

  private end(end: LinkEnd): void {
    this.over = true;
    this.leaveTimer?.cancel();
    this.ports.feed.abandonInbox();
    const nowMs = this.ports.runtime.monotonicMs();
    this.finish({
      ...end,
      ...(this.refusal === undefined ? {} : { refusal: this.refusal }),
      liveMs: this.liveSinceMs === undefined ? 0 : nowMs - this.liveSinceMs,
      waitMs: Math.max(0, this.notBeforeMs - nowMs, this.refusal?.retryAfterMs ?? 0),
    });
  }
}
