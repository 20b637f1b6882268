import type { ReplyOf, RequestOf, SocketOperationName, WireWatermark } from '@verbatim/protocol';
import type { ConnectionState } from '../connection/connection-state.js';
import { ClientClosedError, SignedOutError } from '../errors.js';
import { Emitter } from '../kernel/emitter.js';
import type { Listener } from '../kernel/emitter.js';
import { systemRuntime } from '../kernel/runtime.js';
import { defaultLimits } from '../options.js';
import type { ClientLimits } from '../options.js';
import type { MessageAck } from '../outbox/outbox-lane.js';
import { memoryOutboxStore } from '../outbox/outbox-store.js';
import type { OutboxItem, OutboxStore } from '../outbox/outbox-store.js';
import type { MessageDraft } from '../outbox/outbox.js';
import { fixedAddress, foundAddress } from '../session/gateway-address.js';
import type { HttpPorts } from '../session/http.js';
import { Session } from '../session/session.js';
import { memoryTokenStore } from '../session/token-store.js';
import { memorySyncStore } from '../sync/sync-store.js';
import type { SyncStore } from '../sync/sync-store.js';
import type { ClientEvents } from './client-events.js';
import type { ClientOptions } from './client-options.js';
import { Engine } from './engine.js';

const DEFAULT_CLIENT_NAME = 'verbatim-client-sdk';
const NOT_STARTED: ConnectionState = { status: 'closed', reason: { kind: 'not-started' } };

/** One device of one user: sign in with `session`, then `connect`, then `call`, `send` and listen. */
export class VerbatimClient {
  readonly session: Session;
  private readonly events = new Emitter<ClientEvents>();
  private readonly limits: ClientLimits;
  private readonly baseUrl: string;
  private readonly http: HttpPorts;
  private readonly outboxStore: OutboxStore;
  private readonly syncStore: SyncStore;
  private engine: Engine | undefined;
  private starting: Promise<void> | undefined;

  constructor(private readonly options: ClientOptions) {
    this.baseUrl = options.url.replace(/\/+$/, '');
    this.limits = { ...defaultLimits, ...options.limits };
    this.outboxStore = options.outbox ?? memoryOutboxStore();
    this.syncStore = options.sync ?? memorySyncStore();
    this.http = {
      fetch: options.fetch ?? ((url, init) => fetch(url, init)),
      runtime: options.runtime ?? systemRuntime,
      baseUrl: this.baseUrl,
      timeoutMs: this.limits.httpTimeoutMs,
    };
    this.session = new Session(this.http, options.tokens ?? memoryTokenStore(), this.limits.tokenRefreshLeadMs);
  }

  get state(): ConnectionState {
    return this.engine?.connection.state ?? NOT_STARTED;
  }

  on<Name extends keyof ClientEvents>(name: Name, listener: Listener<ClientEvents[Name]>): () => void {
    return this.events.on(name, listener);
  }

  /** Resolves with the next event of this name that the predicate accepts. */
  next<Name extends keyof ClientEvents>(
    name: Name,
    accepts?: (payload: ClientEvents[Name]) => boolean,
  ): Promise<ClientEvents[Name]> {
    return this.events.next(name, accepts);
  }

  /**
   * Starts to connect and to stay connected; resolves before the first connection is live. Takes up the stored
   * progress and the unsent messages. Throws SignedOutError when there is no session.
   */
  connect(): Promise<void> {
    this.starting ??= this.start().finally(() => {
      this.starting = undefined;
    });
    return this.starting;
  }

  /** Throws ClientClosedError when there will be no connection. */
  whenLive(): Promise<void> {
    return this.engine?.connection.whenLive() ?? Promise.reject(new ClientClosedError());
  }

  /** Tries again at once instead of waiting out a backoff, as when the device is back on the network. */
  reconnectNow(): void {
    this.engine?.connection.reconnectNow();
  }

  /** Ends the connection, keeps the session. Resolves when what outlives the process is stored. */
  async close(): Promise<void> {
    await this.starting?.catch(() => undefined);
    const engine = this.engine;
    this.engine = undefined;
    await engine?.close();
  }

  /**
   * Any operation of the protocol. Repeated with the same ids, over reconnects too, until it is answered. Throws
   * RequestRejectedError, OutcomeUnknownError, NotSentError or ClientClosedError.
   */
  call<Name extends SocketOperationName>(op: Name, d: RequestOf<Name>): Promise<ReplyOf<Name>> {
    return this.engine?.calls.call(op, d) ?? Promise.reject(new ClientClosedError());
  }

  /** Queues a message and resolves when it is in the log, however long that takes. */
  send(draft: MessageDraft): Promise<MessageAck> {
    return this.engine?.outbox.send(draft) ?? Promise.reject(new ClientClosedError());
  }

  /** Queues a message and resolves when it is stored on this device; `message.acked` or `message.failed` follows. */
  enqueue(draft: MessageDraft): Promise<OutboxItem> {
    return this.engine?.outbox.enqueue(draft) ?? Promise.reject(new ClientClosedError());
  }

  /** Messages that are not yet acked. */
  get unsent(): number {
    return this.engine?.outbox.size ?? 0;
  }

  /** Everything up to the seq was read. Reported at most once a second; a lower seq than before changes nothing. */
  markRead(conversationId: string, seq: number): void {
    this.engine?.reporter.read(conversationId, seq);
  }

  /** Watermarks of the people of a conversation, as far as they are known. */
  receiptsOf(conversationId: string): readonly WireWatermark[] {
    return this.engine?.book.of(conversationId) ?? [];
  }

  /**
   * Asks the server for the watermarks of everybody in a conversation, as after a reconnect: those of a group are in no inbox
   * entry. `receipts` brings what rose. Throws as `call` does.
   */
  loadReceipts(conversationId: string): Promise<readonly WireWatermark[]> {
    return this.engine?.loadReceipts(conversationId) ?? Promise.reject(new ClientClosedError());
  }

  /** To be called for every keystroke; others see it for six seconds. */
  typed(conversationId: string): void {
    this.engine?.typing.typed(conversationId);
  }

  stoppedTyping(conversationId: string): void {
    this.engine?.typing.stopped(conversationId);
  }

  /** The conversations on the screen, at most 20: they bring typing, presence and read detail. */
  focus(conversationIds: readonly string[]): void {
    this.engine?.focus.set(conversationIds);
  }

  /** The last seq that was applied; undefined for a conversation that is not known. */
  lastSeq(conversationId: string): number | undefined {
    return this.engine?.lastSeq(conversationId);
  }

  private async start(): Promise<void> {
    await this.session.restore();
    const { userId } = this.session;
    if (userId === undefined) throw new SignedOutError('no-session');
    if (this.engine && this.engine.connection.state.status !== 'closed') return;
    await this.engine?.close();
    this.engine = this.makeEngine(userId);
    await this.engine.start();
  }

  private makeEngine(userId: string): Engine {
    const { options, limits, session, events } = this;
    return new Engine({
      userId,
      address: options.discover === true ? foundAddress(this.http, options.zone) : fixedAddress(this.baseUrl),
      clientName: options.clientName ?? DEFAULT_CLIENT_NAME,
      session,
      outboxStore: this.outboxStore,
      syncStore: this.syncStore,
      reportsDelivery: options.reportsDelivery ?? true,
      limits,
      runtime: options.runtime ?? systemRuntime,
      Socket: options.WebSocket ?? WebSocket,
      events,
    });
  }
}
