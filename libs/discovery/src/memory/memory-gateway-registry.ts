import { GATEWAY_RECORD_TTL_MS, type GatewayRecord, type GatewayRegistry } from '../gateway-registry.js';

export type MemoryGatewayRegistryOptions = { readonly nowMs?: () => number };

/** The registry of a process that is alone: it knows its own gateway. */
export class MemoryGatewayRegistry implements GatewayRegistry {
  readonly #nowMs: () => number;
  #self: GatewayRecord | null = null;
  #announcedAtMs = 0;

  constructor({ nowMs = () => performance.now() }: MemoryGatewayRegistryOptions = {}) {
    this.#nowMs = nowMs;
  }

  announce(self: GatewayRecord): void {
    this.#self = self;
    this.#announcedAtMs = this.#nowMs();
  }

  list(): Promise<readonly GatewayRecord[]> {
    const isThere = this.#self !== null && this.#nowMs() - this.#announcedAtMs < GATEWAY_RECORD_TTL_MS;
    return Promise.resolve(isThere ? [this.#self as GatewayRecord] : []);
  }

  close(): Promise<void> {
    this.#self = null;
    return Promise.resolve();
  }
}
