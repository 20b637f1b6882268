import type { OperationCall } from '@verbatim/http-edge';
import {
  type Counter,
  type Histogram,
  LATENCY_BUCKETS_SECONDS,
  type Logger,
  type Metrics,
  fullJitterMs,
} from '@verbatim/platform';
import type { OpResult } from '@verbatim/protocol';
import { type ChannelLimits, channelLimits } from '../channel-limits.js';
import { isHashing } from '../instances/call-rules.js';
import type { InstanceSource } from '../instances/instance-source.js';
import type { BatchEnd } from './batch-request.js';
import { InstanceDirectory } from './instance-directory.js';
import type { InstanceLink } from './instance-link.js';
import { PendingCall } from './pending-call.js';

export type CommandChannelOptions = {
  readonly source: InstanceSource;
  readonly secret: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly limits?: Partial<ChannelLimits>;
};

/**
 * A gateway's way to the command-apis. A call goes to the instance that owns its conversation and comes back with the
 * answer that the same call has in process, or within two seconds with `unavailable`; one that hashes a password has longer.
 */
export class CommandChannel {
  readonly #limits: ChannelLimits;
  readonly #directory: InstanceDirectory;
  /** Calls that are not answered yet; of each set the oldest, whose time is over first, come first. */
  readonly #prompt = new Set<PendingCall>();
  readonly #hashing = new Set<PendingCall>();
  readonly #retries: Counter;
  readonly #seconds = new Map<string, Histogram>();
  #deadlines: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(private readonly options: CommandChannelOptions) {
    const { source, secret, logger, metrics } = options;
    this.#limits = { ...channelLimits, ...options.limits };
    const observer = {
      onEnd: (link: InstanceLink, end: BatchEnd, unanswered: readonly PendingCall[]) =>
        this.#ended(link, end, unanswered),
    };
    this.#directory = new InstanceDirectory({ source, secret, logger, observer, limits: this.#limits });
    this.#retries = metrics.counter({ name: 'channel_retries_total', help: 'Calls sent to a command-api once more.' });
    this.#observe(metrics);
  }

  /** Resolves when it is known which instances answer. */
  async start(): Promise<void> {
    // After what has arrived was read: an answer that is there is not too late.
    const look = (): void => void setImmediate(() => this.#checkDeadlines());
    this.#deadlines = setInterval(look, this.#limits.deadlineCheckMs).unref();
    await this.#directory.start();
  }

  /** Whether an instance answers, as far as is known. */
  get isReachable(): boolean {
    return this.#directory.counts.up > 0;
  }

  /** Executes a validated call. Never rejects: what goes wrong on the way is a refusal that the client may repeat. */
  readonly call = (call: OperationCall): Promise<OpResult> =>
    new Promise((resolve) => {
      const startedAtMs = performance.now();
      const { callMaxMs, passwordCallMaxMs, waitingMaxCalls } = this.#limits;
      const [waiting, maxMs] = isHashing(call.op) ? [this.#hashing, passwordCallMaxMs] : [this.#prompt, callMaxMs];
      const pending = new PendingCall(call, startedAtMs + maxMs, (settled, result) => {
        waiting.delete(settled);
        this.#secondsOf(call.op).observe((performance.now() - startedAtMs) / 1_000);
        resolve(result);
      });
      if (this.#isClosed) return pending.refuse('unavailable');
      if (this.#waiting >= waitingMaxCalls) return pending.refuse('overloaded');
      waiting.add(pending);
      this.#route(pending);
    });

  /** What still waits is answered `unavailable`. */
  close(): void {
    this.#isClosed = true;
    if (this.#deadlines !== null) clearInterval(this.#deadlines);
    this.#directory.stop();
    for (const pending of [...this.#prompt, ...this.#hashing]) pending.refuse('unavailable');
  }

  get #waiting(): number {
    return this.#prompt.size + this.#hashing.size;
  }

  #route(pending: PendingCall): void {
    if (pending.isSettled) return;
    const link = this.#directory.pick(pending.key, pending.tried);
    if (link !== null) return link.enqueue(pending);
    this.#routeLater(pending);
  }

  #routeLater(pending: PendingCall): void {
    const { retryBaseMs: baseMs, retryCapMs: capMs } = this.#limits;
    setTimeout(() => this.#route(pending), 1 + fullJitterMs({ baseMs, capMs }, pending.tried.length));
  }

  #ended(link: InstanceLink, { kind, reason }: BatchEnd, unanswered: readonly PendingCall[]): void {
    if (kind === 'done') return;
    if (kind === 'rejected') this.options.logger.error('a command-api does not understand', { url: link.url, reason });
    this.#directory.failed(link, reason);
    for (const pending of link.takeUnsent()) this.#again(pending);
    for (const pending of unanswered) {
      if (kind !== 'refused') pending.lost();
      if (kind === 'refused' || pending.isRepeatable) this.#again(pending);
      else pending.refuse('unavailable');
    }
  }

  /** At once to an instance that was not tried; a moment later to one that was. */
  #again(pending: PendingCall): void {
    if (pending.isSettled) return;
    this.#retries.add();
    const next = this.#directory.pick(pending.key, pending.tried);
    if (next !== null && !pending.tried.includes(next.url)) next.enqueue(pending);
    else this.#routeLater(pending);
  }

  #checkDeadlines(): void {
    const nowMs = performance.now();
    for (const waiting of [this.#prompt, this.#hashing])
      for (const pending of waiting) {
        if (pending.deadlineAtMs > nowMs) break;
        pending.refuse('unavailable');
      }
  }

  /** Operations are a closed list: a call was checked against it before it came here. */
  #secondsOf(op: string): Histogram {
    const known = this.#seconds.get(op);
    if (known !== undefined) return known;
    const series = this.options.metrics.histogram({
      name: 'channel_call_seconds',
      help: 'From a call to the answer of a command-api, tries included.',
      buckets: LATENCY_BUCKETS_SECONDS,
      labels: { op },
    });
    this.#seconds.set(op, series);
    return series;
  }

  #observe(metrics: Metrics): void {
    const name = 'channel_instances_count';
    const help = 'Command-apis by whether they take calls.';
    metrics.gauge({ name, help, labels: { state: 'up' }, read: () => this.#directory.counts.up });
    metrics.gauge({ name, help, labels: { state: 'down' }, read: () => this.#directory.counts.down });
    const waiting = { name: 'channel_waiting_count', help: 'Calls that wait for the answer of a command-api.' };
    metrics.gauge({ ...waiting, read: () => this.#waiting });
  }
}
