import type { ErrorCode, MessageSendReply, ProtocolError } from '@verbatim/protocol';
import type { RequestOutcome } from '../connection/request-table.js';
import { backoffMs } from '../kernel/backoff.js';
import { pause } from '../kernel/runtime.js';
import type { Runtime } from '../kernel/runtime.js';
import type { OutboxItem } from './outbox-store.js';

/** The message is in the log. `seq` is its place for ever. */
export type MessageAck = MessageSendReply;

export type LanePorts = {
  readonly runtime: Runtime;
  readonly internalTriesMax: number;
  /** One try. */
  readonly transmit: (item: OutboxItem) => Promise<RequestOutcome<'message.send'>>;
  readonly whenLive: () => Promise<void>;
  readonly acked: (item: OutboxItem, ack: MessageAck) => void;
  readonly failed: (item: OutboxItem, error: ProtocolError) => void;
};

const RETRY_BASE_MS = 100;
const RETRY_MAX_MS = 10_000;

/** Says something about this connection, nothing about the message. */
const concernsTheSession: ReadonlySet<ErrorCode> = new Set([
  'not-authenticated',
  'token-expired',
  'token-invalid',
  'session-ended',
] as const);

/**
 * The unsent messages of one conversation. One is under way at a time: a second one on the wire could be accepted
 * while the first has to be sent again, and the order would be lost.
 */
export class OutboxLane {
  private readonly queue: OutboxItem[] = [];
  private running = false;
  private closed = false;

  constructor(private readonly ports: LanePorts) {}

  get length(): number {
    return this.queue.length;
  }

  push(item: OutboxItem): void {
    this.queue.push(item);
    if (!this.running) void this.run();
  }

  close(): void {
    this.closed = true;
  }

  /** The push of the message came before the reply, or instead of it. */
  confirm(ack: MessageAck & { readonly clientMsgId: string }): boolean {
    const index = this.queue.findIndex((item) => item.clientMsgId === ack.clientMsgId);
    const item = this.queue[index];
    if (!item) return false;
    this.queue.splice(index, 1);
    const { conversationId, messageId, seq, sentAt, duplicate } = ack;
    this.ports.acked(item, { conversationId, messageId, seq, sentAt, duplicate });
    return true;
  }

  private async run(): Promise<void> {
    this.running = true;
    for (let item = this.queue[0]; item && !this.closed; item = this.queue[0]) await this.deliver(item);
    this.running = false;
  }

  /** Until the message is acked, refused for good, or confirmed by its push. */
  private async deliver(item: OutboxItem): Promise<void> {
    let internalTries = 0;
    for (let tries = 0; this.isNext(item); tries += 1) {
      if (!(await this.live()) || !this.isNext(item)) return;
      const outcome = await this.ports.transmit(item);
      if (!this.isNext(item)) return;
      if (outcome.kind === 'ok') return this.settle(item, () => this.ports.acked(item, outcome.d));
      if (outcome.kind === 'rejected') {
        if (outcome.error.code === 'internal') internalTries += 1;
        if (this.isFinal(outcome.error, internalTries)) {
          return this.settle(item, () => this.ports.failed(item, outcome.error));
        }
      }
      await pause(this.ports.runtime, this.waitMs(outcome, tries));
    }
  }

  private isNext(item: OutboxItem): boolean {
    return !this.closed && this.queue[0] === item;
  }

  private async live(): Promise<boolean> {
    try {
      await this.ports.whenLive();
      return true;
    } catch {
      this.closed = true;
      return false;
    }
  }

  private isFinal(error: ProtocolError, internalTries: number): boolean {
    if (error.code === 'internal') return internalTries >= this.ports.internalTriesMax;
    return !error.retryable && !concernsTheSession.has(error.code);
  }

  private settle(item: OutboxItem, tell: () => void): void {
    if (this.queue[0] === item) this.queue.shift();
    tell();
  }

  private waitMs(outcome: RequestOutcome<never>, tries: number): number {
    const advisedMs = outcome.kind === 'rejected' ? (outcome.error.retryAfterMs ?? 0) : 0;
    return Math.max(advisedMs, backoffMs(this.ports.runtime, { baseMs: RETRY_BASE_MS, maxMs: RETRY_MAX_MS }, tries));
  }
}
