import { randomUUID } from 'node:crypto';
import { freePort } from './free-port.js';
import type { RunningEngine } from './running-engine.js';

const CALL_MAX_MS = 5_000;
const HOST = '127.0.0.1';

type Toxic = { readonly type: 'timeout' | 'latency' | 'reset_peer'; readonly attributes: Record<string, number> };

/** A way to a server on which faults are switched on and off. Each fault replaces the one before. */
export type FaultProxy = {
  /** The upstream's URL with this proxy's host and port; `host:port` where the upstream was given so. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** Connections are accepted, open ones stay open, and not one byte gets through in either direction. */
  readonly hang: () => Promise<void>;
  /** Open connections are closed and new ones refused, as when the server's process is gone. */
  readonly cut: () => Promise<void>;
  /** Connections are accepted and then reset at the first byte that the client sends, as by a broken load balancer. */
  readonly reset: () => Promise<void>;
  /** What the server sends arrives this much later. */
  readonly slow: (delayMs: number) => Promise<void>;
  /** No fault. Connections that hung are closed first: bytes of theirs are lost, which TCP never does. */
  readonly heal: () => Promise<void>;
  readonly remove: () => Promise<void>;
};

const call = async (base: string, method: string, path: string, body?: object): Promise<void> => {
  const response = await fetch(`${base}${path}`, {
    method,
    signal: AbortSignal.timeout(CALL_MAX_MS),
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`toxiproxy: ${method} ${path} was answered ${response.status}: ${text}`);
};

const PLAIN_ADDRESS = /^[^/]+:\d+$/;

const addressOf = (upstream: string): string => (PLAIN_ADDRESS.test(upstream) ? upstream : new URL(upstream).host);

const throughPort = (upstream: string, port: number): string =>
  upstream.replace(addressOf(upstream), `${HOST}:${port}`);

type Place = { readonly name: string; readonly listen: string; readonly upstream: string };

/** Switches the faults of one proxy; `fault` is what is on now. */
class Faults {
  #hasToxics = false;

  constructor(
    readonly base: string,
    readonly place: Place,
  ) {}

  get path(): string {
    return `/proxies/${this.place.name}`;
  }

  make(): Promise<void> {
    return call(this.base, 'POST', '/proxies', { ...this.place, enabled: true });
  }

  remove(): Promise<void> {
    return call(this.base, 'DELETE', this.path);
  }

  enable(enabled: boolean): Promise<void> {
    return call(this.base, 'POST', this.path, { enabled });
  }

  async add({ type, attributes }: Toxic, streams: readonly ('upstream' | 'downstream')[]): Promise<void> {
    this.#hasToxics = true;
    for (const stream of streams)
      await call(this.base, 'POST', `${this.path}/toxics`, { name: `${type}-${stream}`, type, stream, attributes });
  }

  /** Also closes the connections that a fault has touched. Taking a toxic away while bytes are in it may never end. */
  async clear(): Promise<void> {
    if (!this.#hasToxics) return this.enable(true);
    await this.remove();
    await this.make();
    this.#hasToxics = false;
  }
}

/**
 * @param toxiproxy a running engine of that name
 * @param upstream `redis://127.0.0.1:6379`, or `127.0.0.1:9092`; it need not be there yet
 * @param port where the proxy listens; a free one unless given
 */
export const proxy = async (toxiproxy: RunningEngine, upstream: string, port?: number): Promise<FaultProxy> => {
  const listenPort = port ?? (await freePort());
  const place = { name: randomUUID(), listen: `${HOST}:${listenPort}`, upstream: addressOf(upstream) };
  const faults = new Faults(toxiproxy.url, place);
  await faults.make();
  const both = ['upstream', 'downstream'] as const;
  return {
    url: throughPort(upstream, listenPort),
    host: HOST,
    port: listenPort,
    hang: async () => {
      await faults.clear();
      await faults.add({ type: 'timeout', attributes: { timeout: 0 } }, both);
    },
    cut: async () => {
      await faults.clear();
      await faults.enable(false);
    },
    reset: async () => {
      await faults.clear();
      await faults.add({ type: 'reset_peer', attributes: { timeout: 0 } }, ['upstream']);
    },
    slow: async (delayMs) => {
      await faults.clear();
      await faults.add({ type: 'latency', attributes: { latency: delayMs, jitter: 0 } }, ['downstream']);
    },
    heal: () => faults.clear(),
    remove: () => faults.remove(),
  };
};
