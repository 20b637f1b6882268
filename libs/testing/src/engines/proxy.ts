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

/** Switches the faults of one proxy; `fault` is what is on now. */
class Faults {
  readonly #toxics = new Set<string>();

  constructor(
    readonly base: string,
    readonly path: string,
  ) {}

  enable(enabled: boolean): Promise<void> {
    return call(this.base, 'POST', this.path, { enabled });
  }

  async add({ type, attributes }: Toxic, streams: readonly ('upstream' | 'downstream')[]): Promise<void> {
    for (const stream of streams) {
      const name = `${type}-${stream}`;
      await call(this.base, 'POST', `${this.path}/toxics`, { name, type, stream, attributes });
      this.#toxics.add(name);
    }
  }

  /** Also closes the connections that a fault has touched. */
  async clear(): Promise<void> {
    if (this.#toxics.size > 0) await this.enable(false);
    for (const name of this.#toxics) {
      await call(this.base, 'DELETE', `${this.path}/toxics/${name}`);
      this.#toxics.delete(name);
    }
    await this.enable(true);
  }
}

/**
 * @param toxiproxy a running engine of that name
 * @param upstream `redis://127.0.0.1:6379`, or `127.0.0.1:9092`; it need not be there yet
 * @param port where the proxy listens; a free one unless given
 */
export const proxy = async (toxiproxy: RunningEngine, upstream: string, port?: number): Promise<FaultProxy> => {
  const listenPort = port ?? (await freePort());
  const name = randomUUID();
  const listen = `${HOST}:${listenPort}`;
  await call(toxiproxy.url, 'POST', '/proxies', { name, listen, upstream: addressOf(upstream), enabled: true });
  const faults = new Faults(toxiproxy.url, `/proxies/${name}`);
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
    remove: () => call(toxiproxy.url, 'DELETE', `/proxies/${name}`),
  };
};
