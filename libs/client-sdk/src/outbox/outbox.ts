import type { MessageSentData, ProtocolError } from '@verbatim/protocol';
import { ClientClosedError, OutboxFullError, OutcomeUnknownError, RequestRejectedError } from '../errors.js';
import type { Runtime } from '../kernel/runtime.js';
import { uuidV7 } from '../kernel/uuid-v7.js';
import { OutboxLane } from './outbox-lane.js';
import type { LanePorts, MessageAck } from './outbox-lane.js';
import type { OutboxItem, OutboxStore } from './outbox-store.js';

export type MessageDraft = { readonly conversationId: string; readonly body: string };

/** `outcomeUnknown`: the server kept answering `internal`; the message may yet be in the log. */
export type SendFailure = {
  readonly item: OutboxItem;
  readonly error: ProtocolError;
  readonly outcomeUnknown: boolean;
};

export type OutboxPorts = Pick<LanePorts, 'runtime' | 'transmit' | 'whenLive' | 'internalTriesMax'> & {
  readonly store: OutboxStore;
  readonly itemsMax: number;
  readonly senderId: string;
  /** The last seq applied of a conversation. */
  readonly lastSeq: (conversationId: string) => number | undefined;
  readonly queued: (item: OutboxItem) => void;
  readonly acked: (item: OutboxItem, ack: MessageAck) => void;
  readonly failed: (failure: SendFailure) => void;
  readonly storeFailed: (error: unknown) => void;
};

type Waiter = { readonly resolve: (ack: MessageAck) => void; readonly reject: (error: Error) => void };

/** Unsent messages: stored before they are sent, sent in order, each acked or refused exactly once. */
export class Outbox {
  private readonly lanes = new Map<string, OutboxLane>();
  private readonly waiters = new Map<string, Waiter>();
  private readonly runtime: Runtime;
  /** Keeps the order of the store and of the lanes that of the calls. */
  private storing: Promise<unknown> = Promise.resolve();
  private count = 0;
  private closed = false;

  constructor(private readonly ports: OutboxPorts) {
    this.runtime = ports.runtime;
  }

  get size(): number {
    return this.count;
  }

  /** Takes up what an earlier run did not get acked; returns it, for the local echo. */
  async load(): Promise<readonly OutboxItem[]> {
    const stored = await this.ports.store.load();
    const items = stored.filter(({ senderId }) => senderId === this.ports.senderId);
    this.count += items.length;
    for (const item of items) this.admit(item);
    return items;
  }

  /** Resolves when the message is stored: from then on it survives this process. Throws OutboxFullError. */
  async enqueue(draft: MessageDraft): Promise<OutboxItem> {
    const item = this.mint(draft);
    await this.store(item);
    return item;
  }

  /** As `enqueue`, and resolves when the message is in the log. Throws RequestRejectedError or OutcomeUnknownError. */
  async send(draft: MessageDraft): Promise<MessageAck> {
    const item = this.mint(draft);
    const settled = new Promise<MessageAck>((resolve, reject) => {
      this.waiters.set(item.clientMsgId, { resolve, reject });
    });
    // The client may close while the message is being stored, before anybody listens to this promise.
    settled.catch(() => undefined);
    try {
      await this.store(item);
    } catch (error) {
      this.waiters.delete(item.clientMsgId);
      throw error;
    }
    return settled;
  }

  /** One's own message came as a push: that is an ack. */
  confirm(data: MessageSentData): void {
    const { clientMsgId, conversationId, messageId, seq, sentAt } = data;
    const ack = { clientMsgId, conversationId, messageId, seq, sentAt, duplicate: false };
    this.lanes.get(conversationId)?.confirm(ack);
  }

  /** What is unsent stays in the store; who waits for it learns that the client is closed. */
  async close(): Promise<void> {
    this.closed = true;
    for (const lane of this.lanes.values()) lane.close();
    for (const waiter of this.waiters.values()) waiter.reject(new ClientClosedError());
    this.waiters.clear();
    await this.storing;
  }

  private mint({ conversationId, body }: MessageDraft): OutboxItem {
    if (this.closed) throw new ClientClosedError();
    if (this.count >= this.ports.itemsMax) throw new OutboxFullError(this.ports.itemsMax);
    this.count += 1;
    const knownSeq = this.ports.lastSeq(conversationId);
    return {
      clientMsgId: uuidV7(this.runtime),
      senderId: this.ports.senderId,
      conversationId,
      body,
      ...(knownSeq === undefined || knownSeq < 0 ? {} : { knownSeq }),
      queuedAtMs: this.runtime.wallMs(),
    };
  }

  private async store(item: OutboxItem): Promise<void> {
    const stored = this.storing.then(() => this.ports.store.put(item));
    this.storing = stored.catch(() => undefined);
    try {
      await stored;
    } catch (error) {
      this.count -= 1;
      throw error;
    }
    this.admit(item);
  }

  private admit(item: OutboxItem): void {
    this.ports.queued(item);
    if (!this.closed) this.lane(item.conversationId).push(item);
  }

  private lane(conversationId: string): OutboxLane {
    const known = this.lanes.get(conversationId);
    if (known) return known;
    const { runtime, transmit, whenLive, internalTriesMax } = this.ports;
    const lane = new OutboxLane({
      runtime,
      internalTriesMax,
      transmit,
      whenLive,
      acked: (item, ack) => this.acked(item, ack),
      failed: (item, error) => this.failed(item, error),
    });
    this.lanes.set(conversationId, lane);
    return lane;
  }

  private acked(item: OutboxItem, ack: MessageAck): void {
    this.release(item);
    this.ports.acked(item, ack);
    this.waiters.get(item.clientMsgId)?.resolve(ack);
    this.waiters.delete(item.clientMsgId);
  }

  private failed(item: OutboxItem, error: ProtocolError): void {
    const outcomeUnknown = error.code === 'internal';
    this.release(item);
    this.ports.failed({ item, error, outcomeUnknown });
    const cause = outcomeUnknown
      ? new OutcomeUnknownError('message.send')
      : new RequestRejectedError('message.send', error);
    this.waiters.get(item.clientMsgId)?.reject(cause);
    this.waiters.delete(item.clientMsgId);
  }

  private release(item: OutboxItem): void {
    this.count -= 1;
    if (this.lanes.get(item.conversationId)?.length === 0) this.lanes.delete(item.conversationId);
    this.storing = this.storing.then(() => this.ports.store.remove(item.clientMsgId)).catch(this.ports.storeFailed);
  }
}
