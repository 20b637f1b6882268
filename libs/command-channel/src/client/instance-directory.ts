import type { Logger } from '@verbatim/platform';
import { fullJitterMs } from '@verbatim/platform';
import type { ChannelLimits } from '../channel-limits.js';
import type { InstanceSource } from '../instances/instance-source.js';
import { rankInstances } from '../instances/rendezvous.js';
import { InstanceLink, type LinkObserver } from './instance-link.js';

export type DirectoryOptions = {
  readonly source: InstanceSource;
  readonly secret: string;
  readonly limits: ChannelLimits;
  readonly logger: Logger;
  readonly observer: LinkObserver;
};

type Known = { readonly link: InstanceLink; isUp: boolean; probe: NodeJS.Timeout | null };

/** The command-apis and which of them answer. One that failed rests, and is asked before it gets calls again. */
export class InstanceDirectory {
  readonly #known = new Map<string, Known>();
  #isClosed = false;

  constructor(private readonly options: DirectoryOptions) {}

  /** Counts instances by whether they answer. */
  get counts(): { readonly up: number; readonly down: number } {
    const up = [...this.#known.values()].filter(({ isUp }) => isUp).length;
    return { up, down: this.#known.size - up };
  }

  /** Resolves when it is known of every instance whether it answers. */
  async start(): Promise<void> {
    await this.options.source.start(() => this.#follow());
    this.#follow();
    await Promise.all([...this.#known.values()].map((known) => this.#ask(known)));
  }

  stop(): void {
    this.#isClosed = true;
    this.options.source.stop();
    for (const known of this.#known.values()) this.#forget(known);
  }

  /**
   * The instance that a key belongs to, or the next in its order that answers and was not tried yet. While none answers,
   * the first that was not tried, else the first: somebody has to find out when they are back.
   * @param tried instances that the call was given to before
   */
  pick(key: string, tried: readonly string[]): InstanceLink | null {
    const order = rankInstances(key, this.options.source.current).flatMap((url) => this.#known.get(url) ?? []);
    const fresh = order.filter(({ link }) => !tried.includes(link.url));
    return ([...fresh, ...order].find(({ isUp }) => isUp) ?? fresh[0] ?? order[0])?.link ?? null;
  }

  failed({ url }: InstanceLink, reason: string): void {
    const known = this.#known.get(url);
    if (known === undefined || this.#isClosed) return;
    if (known.isUp) this.options.logger.warn('a command-api takes no calls', { url, reason });
    known.isUp = false;
    this.#probeLater(known);
  }

  #follow(): void {
    if (this.#isClosed) return;
    const { source, secret, limits, observer } = this.options;
    for (const url of source.current) {
      if (this.#known.has(url)) continue;
      this.#known.set(url, { link: new InstanceLink(url, secret, limits, observer), isUp: true, probe: null });
    }
    for (const [url, known] of this.#known) {
      if (source.current.includes(url)) continue;
      this.#known.delete(url);
      // What it owes may still come.
      setTimeout(() => this.#forget(known), limits.passwordCallMaxMs).unref();
    }
  }

  #forget({ link, probe }: Known): void {
    if (probe !== null) clearTimeout(probe);
    link.close();
  }

  #probeLater(known: Known): void {
    if (known.probe !== null) return;
    const { restMs } = this.options.limits;
    const waitMs = restMs + fullJitterMs({ baseMs: restMs, capMs: restMs }, 0);
    known.probe = setTimeout(() => {
      known.probe = null;
      void this.#ask(known);
    }, waitMs).unref();
  }

  async #ask(known: Known): Promise<void> {
    const answers = await known.link.probe();
    if (this.#isClosed || this.#known.get(known.link.url) !== known) return;
    if (!answers) return this.failed(known.link, 'does not answer');
    if (!known.isUp) this.options.logger.warn('a command-api takes calls again', { url: known.link.url });
    known.isUp = true;
  }
}
