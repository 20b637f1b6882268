import { MEMBERS_PAGE_MAX } from '@verbatim/protocol';
import type { ConversationEntry, Push, ReplayedPush, WireWatermark } from '@verbatim/protocol';
import { Calls } from '../connection/calls.js';
import type { ConnectionState } from '../connection/connection-state.js';
import { Connection } from '../connection/connection.js';
import type { SocketConstructor } from '../connection/socket-like.js';
import type { Emitter } from '../kernel/emitter.js';
import type { Runtime } from '../kernel/runtime.js';
import type { ClientLimits } from '../options.js';
import { Outbox } from '../outbox/outbox.js';
import type { OutboxStore } from '../outbox/outbox-store.js';
import { Focus } from '../presence/focus.js';
import { Typing } from '../presence/typing.js';
import { ReceiptBook } from '../receipts/receipt-book.js';
import { ReceiptReporter } from '../receipts/receipt-reporter.js';
import type { SocketAddress } from '../session/gateway-address.js';
import type { Session } from '../session/session.js';
import { EventSync } from '../sync/event-sync.js';
import type { SyncStore } from '../sync/sync-store.js';
import type { ClientEvents } from './client-events.js';

export type EngineParts = {
  readonly userId: string;
  readonly address: SocketAddress;
  readonly clientName: string;
  readonly session: Session;
  readonly outboxStore: OutboxStore;
  readonly syncStore: SyncStore;
  readonly reportsDelivery: boolean;
  readonly limits: ClientLimits;
  readonly runtime: Runtime;
  readonly Socket: SocketConstructor;
  readonly events: Emitter<ClientEvents>;
};

/** Everything that runs for one signed-in user, wired together. Made by `connect`, gone with `close`. */
export class Engine {
  readonly connection: Connection;
  readonly calls: Calls;
  readonly outbox: Outbox;
  readonly typing: Typing;
  readonly focus: Focus;
  readonly book = new ReceiptBook();
  readonly reporter: ReceiptReporter;
  private readonly sync: EventSync;

  constructor(private readonly parts: EngineParts) {
    const { runtime, limits } = parts;
    this.sync = this.makeSync();
    this.connection = this.makeConnection();
    this.calls = new Calls(runtime, limits, this.connection);
    this.outbox = this.makeOutbox();
    this.reporter = new ReceiptReporter({
      runtime,
      intervalMs: limits.receiptIntervalMs,
      report: async (request) =>
        (await this.connection.link?.send('receipt.advance', request)) ?? { kind: 'not-sent' as const },
    });
    this.typing = new Typing({
      runtime,
      repeatMs: limits.typingRepeatMs,
      timeoutMs: limits.typingTimeoutMs,
      report: (request) => void this.connection.link?.send('typing.set', request),
      changed: (typing) => parts.events.emit('typing', typing),
    });
    this.focus = new Focus((request) => void this.connection.link?.send('focus.set', request));
  }

  async start(): Promise<void> {
    await this.sync.load();
    await this.outbox.load();
    this.connection.start();
  }

  lastSeq(conversationId: string): number | undefined {
    return this.sync.lastSeq(conversationId);
  }

  /** Asks for the watermarks of all members, page by page; those that rose are announced as when they are pushed. */
  async loadReceipts(conversationId: string): Promise<readonly WireWatermark[]> {
    let after: string | undefined;
    do {
      const request = { conversationId, limit: MEMBERS_PAGE_MAX, ...(after === undefined ? {} : { after }) };
      const { receipts, next } = await this.calls.call('receipt.list', request);
      this.announce(conversationId, this.book.take({ conversationId, users: receipts }));
      after = next;
    } while (after !== undefined);
    return this.book.of(conversationId);
  }

  /** Resolves when everything that outlives the process is stored. */
  async close(): Promise<void> {
    this.connection.stop();
    this.reporter.close();
    this.typing.close();
    await this.outbox.close();
    await this.sync.close();
  }

  private makeSync(): EventSync {
    const { userId, limits, syncStore, events } = this.parts;
    return new EventSync(userId, {
      limits,
      store: syncStore,
      caller: {
        call: (op, d) => this.calls.call(op, d),
        whenLive: () => this.connection.whenLive(),
      },
      deliver: (push) => this.deliver(push),
      notify: (push) => this.notify(push),
      gap: (gap) => events.emit('gap', gap),
      inbox: (entries) => this.adoptInbox(entries),
      overflowed: () => this.connection.restart(),
      storeFailed: (error) => events.emit('store.failed', error),
    });
  }

  private makeConnection(): Connection {
    const { runtime, limits, Socket, address, clientName, session } = this.parts;
    return new Connection({
      runtime,
      limits,
      Socket,
      address,
      clientName,
      session,
      feed: this.sync,
      stateChanged: (state) => this.connectionMoved(state),
    });
  }

  private makeOutbox(): Outbox {
    const { runtime, limits, outboxStore, events, userId } = this.parts;
    return new Outbox({
      runtime,
      store: outboxStore,
      senderId: userId,
      itemsMax: limits.outboxItemsMax,
      internalTriesMax: limits.outboxInternalTriesMax,
      lastSeq: (conversationId) => this.sync.lastSeq(conversationId),
      whenLive: () => this.connection.whenLive(),
      transmit: async ({ clientMsgId, conversationId, body, knownSeq }) => {
        const request = { clientMsgId, conversationId, body, ...(knownSeq === undefined ? {} : { knownSeq }) };
        return (await this.connection.link?.send('message.send', request)) ?? { kind: 'not-sent' };
      },
      queued: (item) => events.emit('message.queued', item),
      acked: (item, ack) => events.emit('message.acked', { item, ack }),
      failed: (failure) => events.emit('message.failed', failure),
      storeFailed: (error) => events.emit('store.failed', error),
    });
  }

  private connectionMoved(state: ConnectionState): void {
    if (state.status === 'live') {
      this.focus.connected();
      this.reporter.connected();
    } else this.reporter.disconnected();
    this.parts.events.emit('connection', state);
  }

  private deliver(push: ReplayedPush): void {
    if (push.ev === 'hidden') return;
    const sent = push.ev === 'message.sent' ? push.d : undefined;
    const own = sent?.senderId === this.parts.userId;
    if (sent && own) this.outbox.confirm(sent);
    this.parts.events.emit('event', push);
    if (sent && !own && this.parts.reportsDelivery) this.reporter.delivered(sent.conversationId, sent.seq);
  }

  private notify(push: Push): void {
    const { events } = this.parts;
    if (push.ev === 'receipt.advanced') this.announce(push.d.conversationId, this.book.take(push.d));
    else if (push.ev === 'typing') this.typing.take(push.d);
    else if (push.ev === 'presence') events.emit('presence', push.d);
  }

  private announce(conversationId: string, users: readonly WireWatermark[]): void {
    if (users.length === 0) return;
    const own = users.find(({ userId }) => userId === this.parts.userId);
    if (own) this.reporter.known(conversationId, own.deliveredUpTo, own.readUpTo);
    this.parts.events.emit('receipts', { conversationId, users });
  }

  private adoptInbox(entries: readonly ConversationEntry[]): void {
    this.parts.events.emit('inbox', entries);
    for (const entry of entries) {
      const { conversationId, deliveredSeq, readSeq, lastMessage, leftAtSeq } = entry;
      this.reporter.known(conversationId, deliveredSeq ?? -1, readSeq);
      this.announce(conversationId, this.book.takeEntry(entry));
      const isNew = lastMessage && lastMessage.senderId !== this.parts.userId && leftAtSeq === undefined;
      if (isNew && this.parts.reportsDelivery) this.reporter.delivered(conversationId, lastMessage.seq);
    }
  }
}
