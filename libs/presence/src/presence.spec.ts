import fc from 'fast-check';
import { afterJoin, afterLeave, mergeEntries, nobodySeen, type PresenceEntry } from './presence.js';

const connectionId = fc.constantFrom('phone', 'laptop', 'tablet');
const entry: fc.Arbitrary<PresenceEntry> = fc
  .array(fc.tuple(connectionId, fc.option(fc.nat(1_000))), { maxLength: 8 })
  .map((steps) =>
    steps.reduce(
      (known, [id, leftAtMs]) => (leftAtMs === null ? afterJoin(known, id) : afterLeave(known, id, leftAtMs)),
      nobodySeen,
    ),
  );
const plain = ({ connectionIds, lastSeenAtMs }: PresenceEntry) => ({ ids: [...connectionIds].sort(), lastSeenAtMs });

describe('merging what two nodes know of a user', () => {
  it('is the same in either order', () =>
    fc.assert(
      fc.property(entry, entry, (a, b) => expect(plain(mergeEntries(a, b))).toEqual(plain(mergeEntries(b, a)))),
    ));

  it('is the same however it is grouped', () =>
    fc.assert(
      fc.property(entry, entry, entry, (a, b, c) =>
        expect(plain(mergeEntries(mergeEntries(a, b), c))).toEqual(plain(mergeEntries(a, mergeEntries(b, c)))),
      ),
    ));

  it('changes nothing when it is repeated', () =>
    fc.assert(
      fc.property(entry, entry, (a, b) => {
        const merged = mergeEntries(a, b);
        expect(plain(mergeEntries(merged, b))).toEqual(plain(merged));
      }),
    ));
});

describe('leaving', () => {
  it('moves the last sign of life forward only', () => {
    expect(afterLeave(afterLeave(nobodySeen, 'phone', 20), 'laptop', 10).lastSeenAtMs).toBe(20);
  });
});
