import type { ReceiptAdvanceRequest } from '@verbatim/protocol';
import type { RequestOutcome } from '../connection/request-table.js';
import type { Runtime, Timer } from '../kernel/runtime.js';

export type ReceiptReporterPorts = {
  readonly runtime: Runtime;
  readonly intervalMs: number;
  readonly report: (request: ReceiptAdvanceRequest) => Promise<RequestOutcome<'receipt.advance'>>;
};

type Marks = { deliveredUpTo: number; readUpTo: number };
type Tracked = { readonly wanted: Marks; reported: Marks };

const NONE: Marks = { deliveredUpTo: -1, readUpTo: -1 };

/** Reports this user's own watermarks: the first at once, then all that rose at most once per interval. */
export class ReceiptReporter {
  private readonly conversations = new Map<string, Tracked>();
  private readonly dirty = new Set<string>();
  private timer: Timer | undefined;
  private online = false;

  constructor(private readonly ports: ReceiptReporterPorts) {}

  /** What the server has already: only what lies above it is reported. */
  known(conversationId: string, deliveredUpTo: number, readUpTo: number): void {
    const tracked = this.track(conversationId);
    tracked.reported = {
      deliveredUpTo: Math.max(tracked.reported.deliveredUpTo, deliveredUpTo, readUpTo),
      readUpTo: Math.max(tracked.reported.readUpTo, readUpTo),
    };
  }

  delivered(conversationId: string, seq: number): void {
    const { wanted } = this.track(conversationId);
    wanted.deliveredUpTo = Math.max(wanted.deliveredUpTo, seq);
    this.mark(conversationId);
  }

  read(conversationId: string, seq: number): void {
    const { wanted } = this.track(conversationId);
    wanted.readUpTo = Math.max(wanted.readUpTo, seq);
    wanted.deliveredUpTo = Math.max(wanted.deliveredUpTo, seq);
    this.mark(conversationId);
  }

  connected(): void {
    this.online = true;
    if (!this.timer) this.flush();
  }

  disconnected(): void {
    this.online = false;
  }

  close(): void {
    this.online = false;
    this.timer?.cancel();
  }

  private mark(conversationId: string): void {
    this.dirty.add(conversationId);
    if (this.online && !this.timer) this.flush();
  }

  private flush(): void {
    this.timer = undefined;
    if (!this.online || this.dirty.size === 0) return;
    const due = [...this.dirty];
    this.dirty.clear();
    for (const conversationId of due) void this.reportOne(conversationId);
    this.timer = this.ports.runtime.after(this.ports.intervalMs, () => this.flush());
  }

  private async reportOne(conversationId: string): Promise<void> {
    const tracked = this.track(conversationId);
    const { deliveredUpTo, readUpTo } = tracked.wanted;
    const marks = {
      ...(deliveredUpTo > tracked.reported.deliveredUpTo ? { deliveredUpTo } : {}),
      ...(readUpTo > tracked.reported.readUpTo ? { readUpTo } : {}),
    };
    if (Object.keys(marks).length === 0) return;
    const outcome = await this.ports.report({ conversationId, ...marks });
    const again = outcome.kind === 'rejected' ? outcome.error.retryable : outcome.kind !== 'ok';
    if (again) this.retryLater(conversationId);
    // A refusal for good (no member any more) is no reason to ask again.
    else this.known(conversationId, deliveredUpTo, readUpTo);
  }

  private retryLater(conversationId: string): void {
    this.dirty.add(conversationId);
    if (this.online) this.timer ??= this.ports.runtime.after(this.ports.intervalMs, () => this.flush());
  }

  private track(conversationId: string): Tracked {
    const known = this.conversations.get(conversationId);
    if (known) return known;
    const tracked: Tracked = { wanted: { ...NONE }, reported: { ...NONE } };
    this.conversations.set(conversationId, tracked);
    return tracked;
  }
}
