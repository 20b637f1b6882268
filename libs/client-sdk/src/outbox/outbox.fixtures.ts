import type { MessageSendReply, ProtocolError } from '@verbatim/protocol';
import type { RequestOutcome } from '../connection/request-table.js';
import { ManualRuntime } from '../kernel/manual-runtime.fixtures.js';
import { ada } from '../sync/pushes.fixtures.js';
import { memoryOutboxStore } from './outbox-store.js';
import type { OutboxItem, OutboxStore } from './outbox-store.js';
import { Outbox } from './outbox.js';
import type { OutboxPorts, SendFailure } from './outbox.js';

export type Outcome = RequestOutcome<'message.send'>;

export const refusal = (code: ProtocolError['code'], retryable: boolean, retryAfterMs?: number): Outcome => ({
  kind: 'rejected',
  error: { code, message: code, retryable, traceId: 'trace', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
});

/** What the server does with one try. */
export type Fate = 'ok' | 'lost-before' | 'lost-after' | 'busy' | 'internal-after';

/** A log that keeps the promise of the protocol: the same id is appended once and answered alike for ever. */
export class ModelLog {
  readonly entries: OutboxItem[] = [];
  readonly tries: OutboxItem[] = [];

  /** `fates` of the tries in turn; after the last one everything is well. */
  constructor(private readonly fates: readonly Fate[] = []) {}

  take(item: OutboxItem): Promise<Outcome> {
    const fate = this.fates[this.tries.length] ?? 'ok';
    this.tries.push(item);
    if (fate === 'lost-before') return Promise.resolve({ kind: 'unknown' });
    if (fate === 'busy') return Promise.resolve(refusal('busy', true, 250));
    const reply = this.append(item);
    if (fate === 'lost-after') return Promise.resolve({ kind: 'unknown' });
    if (fate === 'internal-after') return Promise.resolve(refusal('internal', false));
    return Promise.resolve({ kind: 'ok', d: reply });
  }

  private append(item: OutboxItem): MessageSendReply {
    const known = this.entries.findIndex(({ clientMsgId }) => clientMsgId === item.clientMsgId);
    const seq = known === -1 ? this.entries.push(item) - 1 : known;
    const { conversationId } = item;
    const sentAt = '2026-01-01T00:00:00.000Z';
    return { conversationId, messageId: `message-${seq}`, seq, sentAt, duplicate: known !== -1 };
  }
}

export const outboxOn = (facts: {
  readonly transmit: OutboxPorts['transmit'];
  readonly store?: OutboxStore;
  readonly itemsMax?: number;
  readonly lastSeq?: number;
  readonly whenLive?: () => Promise<void>;
}) => {
  const runtime = new ManualRuntime();
  const acked: string[] = [];
  const failed: SendFailure[] = [];
  const outbox = new Outbox({
    runtime,
    store: facts.store ?? memoryOutboxStore(),
    senderId: ada,
    itemsMax: facts.itemsMax ?? 100,
    internalTriesMax: 3,
    lastSeq: () => facts.lastSeq,
    whenLive: facts.whenLive ?? (() => Promise.resolve()),
    transmit: facts.transmit,
    queued: () => undefined,
    acked: (item) => acked.push(item.body),
    failed: (failure) => failed.push(failure),
    storeFailed: () => undefined,
  });
  return { outbox, runtime, acked, failed };
};
