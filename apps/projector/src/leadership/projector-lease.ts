import { uuidV7 } from '@verbatim/platform';
import type { Collection, StateStore } from '@verbatim/state';
import type { Lease } from './leadership.js';

/** A holder that is not heard of for so long has lost it. It renews four times as often. */
export const PROJECTOR_LEASE_TTL_MS = 6_000;
const NAME = 'projector';
/** Collection of State. Means something to the processes that run, and nothing to others: it does not move with State. */
export const LEASES = 'leases';

/** `holderId` is null when it was given back. */
type LeaseDocument = { readonly holderId: string | null; readonly term: number };

/** The lease of the projector, one document in State. */
export const openProjectorLease = async (state: StateStore, ttlMs = PROJECTOR_LEASE_TTL_MS): Promise<Lease> =>
  new StateLease(await state.collection<LeaseDocument>({ name: LEASES }), uuidV7(), ttlMs);

/**
 * Each renewal writes the document, so its version tells whether the holder lives. Who wants the lease waits until the version has
 * stood still for the whole life by his own clock: no two clocks are compared.
 */
class StateLease implements Lease {
  #seen: { readonly version: number; readonly atMs: number } | null = null;

  constructor(
    private readonly documents: Collection<LeaseDocument>,
    private readonly holderId: string,
    readonly ttlMs: number,
  ) {}

  async acquire(): Promise<number | null> {
    const { holderId } = this;
    const stored = await this.documents.get(NAME);
    if (stored === null) return (await this.documents.insert(NAME, { holderId, term: 1 })) === 'inserted' ? 1 : null;
    const { document, version } = stored;
    if (document.holderId !== null && this.#isAlive(version)) return null;
    const term = document.term + 1;
    return (await this.documents.replace(NAME, { holderId, term }, version)) ? term : null;
  }

  async renew(term: number): Promise<boolean> {
    const stored = await this.documents.get(NAME);
    if (stored === null || !this.#isMine(stored.document, term)) return false;
    return this.documents.replace(NAME, stored.document, stored.version);
  }

  async release(term: number): Promise<void> {
    const stored = await this.documents.get(NAME);
    if (stored === null || !this.#isMine(stored.document, term)) return;
    await this.documents.replace(NAME, { holderId: null, term }, stored.version);
  }

  #isMine(document: LeaseDocument, term: number): boolean {
    return document.holderId === this.holderId && document.term === term;
  }

  #isAlive(version: number): boolean {
    const nowMs = performance.now();
    if (this.#seen?.version !== version) this.#seen = { version, atMs: nowMs };
    return nowMs - this.#seen.atMs < this.ttlMs;
  }
}
