import { createHash, randomUUID } from 'node:crypto';
import type { RedisConnection, RedisReply, RedisScript } from '@verbatim/redis';
import type { PresenceStatus } from '../presence-registry.js';
import { ALL_SCRIPTS, BEGIN, RENEW, RETIRE, STATUS, SWEEP, WHERE, WRITE } from './presence-scripts.js';
import { SHARDS, USERS_PER_SCRIPT } from './presence-limits.js';

/** What a gateway tells of one user: his devices here, empty in his grace; null when he has left, `agoMs` ago. */
export type WrittenUser = {
  readonly userId: string;
  readonly deviceIds: readonly string[] | null;
  readonly agoMs: number;
};
/** As of `atMs` on Redis's clock, by which answers and messages are put in order. */
export type KnownStatus = {
  readonly status: PresenceStatus;
  readonly lastSeenAtMs: number | null;
  readonly atMs: number;
};

const STATUSES: readonly PresenceStatus[] = ['offline', 'online', 'unknown'];
const RUN_SUFFIX_LENGTH = 37;

/** One run of a gateway: what it wrote before a loss is nobody's after it. */
export const newRun = (gatewayId: string): string => `${gatewayId}/${randomUUID()}`;
export const gatewayIdOf = (run: string): string => run.slice(0, -RUN_SUFFIX_LENGTH);

/** The scripts, as functions. Each rejects with RedisUnavailableError. */
export class PresenceCommands {
  /** Channels are not parted by the database that a URL names, so their names are. */
  readonly channelPrefix: string;

  constructor(
    private readonly redis: RedisConnection,
    /** Replaces Redis's clock in specs. */
    private readonly nowMs?: () => number,
  ) {
    this.channelPrefix = `verbatim:${redis.database}:presence:`;
  }

  channelOf(userId: string): string {
    const shard = Number.parseInt(createHash('sha1').update(userId).digest('hex').slice(0, 4), 16) % SHARDS;
    return this.channelPrefix + String(shard);
  }

  /** Loads the scripts, so that no call needs a second attempt and calls keep their order. */
  async begin(run: string): Promise<void> {
    for (const { source } of ALL_SCRIPTS) await this.redis.send(['SCRIPT', 'LOAD', source]);
    const info = String(await this.redis.send(['INFO', 'server']));
    await this.#run(BEGIN, [run, /^run_id:(\S+)/m.exec(info)?.[1] ?? '']);
  }

  /** Runs of gateways whose lease has ended; null when one's own has. */
  async renew(run: string): Promise<readonly string[] | null> {
    const reply = (await this.#run(RENEW, [run])) as readonly RedisReply[];
    return reply.length === 0 ? null : reply.slice(1).map(String);
  }

  /** What is so of the users afterwards; null when the lease is lost. */
  async write(run: string, users: readonly WrittenUser[]): Promise<readonly KnownStatus[] | null> {
    const args = users.flatMap(({ userId, deviceIds, agoMs }) =>
      deviceIds === null ? [userId, '0', '', String(agoMs)] : [userId, '1', deviceIds.join(','), '0'],
    );
    const reply = (await this.#run(WRITE, [run, ...args])) as readonly RedisReply[];
    return reply.length === 0 ? null : knownOf(reply);
  }

  async retire(run: string, graceMs: number): Promise<void> {
    await this.#run(RETIRE, [run, String(graceMs)]);
  }

  /** Takes users from a run whose lease has ended. How many are left. */
  async sweep(run: string): Promise<number> {
    return Number(await this.#run(SWEEP, [run, String(USERS_PER_SCRIPT)]));
  }

  async statuses(userIds: readonly string[]): Promise<readonly KnownStatus[]> {
    const known: KnownStatus[] = [];
    for (const part of inParts(userIds))
      known.push(...knownOf((await this.#run(STATUS, part)) as readonly RedisReply[]));
    return known;
  }

  /** By user: devices by run. */
  async where(userIds: readonly string[]): Promise<readonly ReadonlyMap<string, readonly string[]>[]> {
    const found: ReadonlyMap<string, readonly string[]>[] = [];
    for (const part of inParts(userIds)) {
      const reply = (await this.#run(WHERE, part)) as readonly (readonly string[])[];
      found.push(...reply.map(devicesByRun));
    }
    return found;
  }

  #run(script: RedisScript, args: readonly string[]): Promise<RedisReply> {
    return this.redis.run(script, [String(this.nowMs?.() ?? ''), this.channelPrefix, ...args]);
  }
}

export const inParts = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / USERS_PER_SCRIPT) }, (_, part) =>
    items.slice(part * USERS_PER_SCRIPT, (part + 1) * USERS_PER_SCRIPT),
  );

/** @param fields run, devices, run, devices… */
const devicesByRun = (fields: readonly string[]): ReadonlyMap<string, readonly string[]> => {
  const devices = new Map<string, readonly string[]>();
  for (let at = 0; at < fields.length; at += 2)
    devices.set(fields[at] as string, (fields[at + 1] as string).split(','));
  return devices;
};

const knownOf = ([atMs, ...pairs]: readonly RedisReply[]): readonly KnownStatus[] =>
  Array.from({ length: pairs.length / 2 }, (_, index) =>
    knownStatus(Number(pairs[index * 2]), pairs[index * 2 + 1], Number(atMs)),
  );

/** @param seen text of an instant; empty when there is none */
export const knownStatus = (code: number, seen: unknown, atMs: number): KnownStatus => {
  const status = STATUSES[code] ?? 'unknown';
  return { status, lastSeenAtMs: status === 'offline' && seen !== '' ? Number(seen) : null, atMs };
};
