import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { pause } from '@verbatim/platform';
import { IdentityError } from '../identity-error.js';
import type { PublicKeys } from './access-token.js';

/** Time between two looks: a stranger who makes up ids of keys costs no more. */
const LOOK_MIN_INTERVAL_MS = 1_000;
/** Keys that were taken away are good no more after this. */
const LOOK_AGAIN_MS = 30_000;
const KEYS_MAX = 16;

export type RemoteKeysOptions = {
  /** The key set (RFC 7517) as the process that signs publishes it; rejects, or gives null, when it cannot be had. */
  readonly fetch: () => Promise<unknown>;
  readonly lookMinIntervalMs?: number;
  readonly lookAgainMs?: number;
};

/** Public keys of the process that signs. An id that is not known is looked for before its token is refused. */
export class RemoteKeys implements PublicKeys {
  #keys: ReadonlyMap<string, KeyObject> | null = null;
  #looking: Promise<void> | null = null;
  #lookedAtMs = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(private readonly options: RemoteKeysOptions) {}

  /** Whether the keys were had at least once. */
  get isKnown(): boolean {
    return this.#keys !== null;
  }

  /** Looks once, and now and then from then on, often while no keys are known. A look that fails leaves the keys as they were. */
  async start(): Promise<void> {
    await this.#look();
    this.#lookLater();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  /** @throws IdentityError `unavailable` while no keys are known */
  async get(kid: string): Promise<KeyObject | undefined> {
    const known = this.#keys?.get(kid);
    if (known !== undefined) return known;
    await this.#look();
    if (this.#keys === null) throw new IdentityError('unavailable');
    return this.#keys.get(kid);
  }

  #lookLater(): void {
    if (this.#isStopped) return;
    const { lookMinIntervalMs = LOOK_MIN_INTERVAL_MS, lookAgainMs = LOOK_AGAIN_MS } = this.options;
    const waitMs = this.isKnown ? lookAgainMs : lookMinIntervalMs;
    this.#timer = setTimeout(() => void this.#look().then(() => this.#lookLater()), waitMs).unref();
  }

  /** Those who ask at once, or too soon, wait for the same look. */
  #look(): Promise<void> {
    this.#looking ??= this.#lookNow().finally(() => (this.#looking = null));
    return this.#looking;
  }

  async #lookNow(): Promise<void> {
    const { lookMinIntervalMs = LOOK_MIN_INTERVAL_MS, fetch } = this.options;
    await pause(Math.max(0, this.#lookedAtMs + lookMinIntervalMs - performance.now()));
    this.#lookedAtMs = performance.now();
    this.#keys = keysOf(await fetch().catch(() => null)) ?? this.#keys;
  }
}

/** Null when it is no set of Ed25519 keys. */
const keysOf = (jwks: unknown): ReadonlyMap<string, KeyObject> | null => {
  const { keys } = (jwks ?? {}) as { readonly keys?: unknown };
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > KEYS_MAX) return null;
  try {
    return new Map(
      keys.map((jwk: { kty: string; crv: string; x: string; kid: string }) => [jwk.kid, publicKeyOf(jwk)]),
    );
  } catch {
    return null;
  }
};

const publicKeyOf = ({ kty, crv, x }: { kty: string; crv: string; x: string }): KeyObject => {
  const key = createPublicKey({ key: { kty, crv, x }, format: 'jwk' });
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('a key is not an Ed25519 key');
  return key;
};
