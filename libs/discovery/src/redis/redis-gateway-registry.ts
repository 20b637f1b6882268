import type { RedisConnection, RedisReply, RedisScript } from '@verbatim/redis';
import { readGatewayRecord } from '../gateway-record-codec.js';
import {
  GATEWAYS_REMEMBERED_MAX_MS,
  GATEWAY_RECORD_TTL_MS,
  type GatewayRecord,
  type GatewayRegistry,
} from '../gateway-registry.js';
import { ANNOUNCE, LIST, WITHDRAW } from './registry-scripts.js';

export type RedisGatewayRegistryParts = {
  readonly redis: RedisConnection;
  /** This process's monotonic clock, ms; in specs it replaces Redis's as well. */
  readonly nowMs?: () => number;
};

/** The gateways that share a Redis. Redis's clock alone says who has been silent for too long. */
export class RedisGatewayRegistry implements GatewayRegistry {
  #self: GatewayRecord | null = null;
  #announcedAtMs = -Infinity;
  #isAnnouncing = false;
  #isChanged = false;
  #remembered: readonly GatewayRecord[] = [];
  #rememberedAtMs = -Infinity;

  constructor(private readonly parts: RedisGatewayRegistryParts) {}

  announce(self: GatewayRecord): void {
    this.#self = self;
    this.#announcedAtMs = this.#nowMs();
    this.#isChanged = true;
    if (!this.#isAnnouncing) void this.#announceAll();
  }

  async list(): Promise<readonly GatewayRecord[]> {
    try {
      const records = (await this.#run(LIST)) as readonly (string | null)[];
      this.#remembered = records.flatMap((text) => (text === null ? [] : (readGatewayRecord(text) ?? [])));
      this.#rememberedAtMs = this.#nowMs();
    } catch {
      if (this.#nowMs() - this.#rememberedAtMs >= GATEWAYS_REMEMBERED_MAX_MS) this.#remembered = [];
    }
    return this.#withSelf(this.#remembered);
  }

  async close(): Promise<void> {
    const self = this.#self;
    this.#self = null;
    this.#remembered = [];
    if (self !== null) await this.#run(WITHDRAW, [self.gatewayId]).catch(() => null);
    await this.parts.redis.close();
  }

  /** What is said meanwhile is said next, the newest of it. Redis being away, the next announcement comes in a second. */
  async #announceAll(): Promise<void> {
    this.#isAnnouncing = true;
    while (this.#isChanged && this.#self !== null) {
      this.#isChanged = false;
      const { gatewayId } = this.#self;
      await this.#run(ANNOUNCE, [gatewayId, JSON.stringify(this.#self)]).catch(() => null);
    }
    this.#isAnnouncing = false;
  }

  /** What this process says of itself is newer than what Redis knows of it. */
  #withSelf(records: readonly GatewayRecord[]): readonly GatewayRecord[] {
    const self = this.#self;
    const others = records.filter(({ gatewayId }) => gatewayId !== self?.gatewayId);
    const isBelieved = self !== null && this.#nowMs() - this.#announcedAtMs < GATEWAY_RECORD_TTL_MS;
    return [...others, ...(isBelieved ? [self] : [])].sort((one, other) => (one.gatewayId < other.gatewayId ? -1 : 1));
  }

  #run(script: RedisScript, args: readonly string[] = []): Promise<RedisReply> {
    return this.parts.redis.run(script, [String(this.parts.nowMs?.() ?? ''), ...args]);
  }

  #nowMs(): number {
    return this.parts.nowMs?.() ?? performance.now();
  }
}
