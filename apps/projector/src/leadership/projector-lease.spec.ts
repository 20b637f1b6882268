import { openStateStore, type StateStore } from '@verbatim/state';
import { openProjectorLease } from './projector-lease.js';

/** Longer than any spec takes. */
const FOR_EVER_MS = 3_600_000;

describe('the lease of the projector', () => {
  let state: StateStore;
  beforeEach(async () => {
    state = await openStateStore('memory:');
  });
  afterEach(() => state.close());

  /** Two processes that want it. */
  const contenders = async (ttlMs = FOR_EVER_MS) =>
    Promise.all([openProjectorLease(state, ttlMs), openProjectorLease(state, ttlMs)]);

  it('is of one process at a time, of however many that ask at once', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => openProjectorLease(state, FOR_EVER_MS)));
    const terms = await Promise.all(all.map((lease) => lease.acquire()));
    expect(terms.filter((term) => term !== null)).toEqual([1]);
  });

  it('goes to the next one as soon as it is given back, with a higher term', async () => {
    const [one, other] = await contenders();
    expect([await one.acquire(), await other.acquire()]).toEqual([1, null]);
    await one.release(1);
    expect(await other.acquire()).toBe(2);
    expect([await one.renew(1), await other.renew(2)]).toEqual([false, true]);
  });

  it('stays with a holder that renews it, however long', async () => {
    const [one, other] = await contenders(20);
    await one.acquire();
    const untilMs = performance.now() + 100;
    while (performance.now() < untilMs) {
      expect(await one.renew(1)).toBe(true);
      expect(await other.acquire()).toBeNull();
    }
  });

  it('goes to whoever has seen its holder stand still for its whole life', async () => {
    const [one, other] = await contenders(20);
    await one.acquire();
    const seenAtMs = performance.now();
    let term = await other.acquire();
    while (term === null) {
      await new Promise(setImmediate);
      term = await other.acquire();
    }
    expect(performance.now() - seenAtMs).toBeGreaterThanOrEqual(20);
    expect([term, await one.renew(1)]).toEqual([2, false]);
  });

  it('is not given back by somebody who has lost it', async () => {
    const [one, other] = await contenders(0);
    await one.acquire();
    expect(await other.acquire()).toBe(2);
    await one.release(1);
    expect(await other.renew(2)).toBe(true);
  });
});
