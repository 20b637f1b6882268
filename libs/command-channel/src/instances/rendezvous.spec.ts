import fc from 'fast-check';
import { rankInstances } from './rendezvous.js';

const instance = fc.integer({ min: 1, max: 9_999 }).map((port) => `http://10.0.0.1:${port}`);
const instances = fc.uniqueArray(instance, { minLength: 1, maxLength: 9 });
const key = fc.uuid();

const sharesOf = (names: readonly string[], keys: number): ReadonlyMap<string, number> => {
  const shares = new Map(names.map((name) => [name, 0]));
  for (let index = 0; index < keys; index += 1) {
    const owner = rankInstances(`018f0000-0000-7000-8000-${index.toString(16).padStart(12, '0')}`, names)[0] as string;
    shares.set(owner, (shares.get(owner) ?? 0) + 1);
  }
  return shares;
};

describe('choosing the instance of a conversation', () => {
  it('ranks every instance once', () =>
    fc.assert(
      fc.property(key, instances, (id, names) => {
        expect([...rankInstances(id, names)].sort()).toEqual([...names].sort());
      }),
    ));

  it('does not depend on the order in which the instances are named', () =>
    fc.assert(
      fc.property(key, instances, (id, names) => {
        expect(rankInstances(id, [...names].reverse())).toEqual(rankInstances(id, names));
      }),
    ));

  it('moves only the keys of an instance that leaves, each to the next in its order', () =>
    fc.assert(
      fc.property(key, instances, fc.nat(), (id, names, at) => {
        const gone = names[at % names.length];
        const left = names.filter((name) => name !== gone);
        const order = rankInstances(id, names).filter((name) => name !== gone);
        expect(rankInstances(id, left)).toEqual(order);
      }),
    ));

  it.each([2, 3, 5])('gives each of %i instances its share of similar keys', (count) => {
    const names = Array.from({ length: count }, (_, index) => `http://10.0.0.${index + 1}:8081`);
    const fair = 10_000 / count;
    for (const share of sharesOf(names, 10_000).values()) {
      expect(share).toBeGreaterThan(fair * 0.9);
      expect(share).toBeLessThan(fair * 1.1);
    }
  });
});
