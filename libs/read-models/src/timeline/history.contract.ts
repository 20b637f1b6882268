import { foldInto } from '../fold-into.fixtures.js';
import type { HistoryPage, HistoryRange } from '../read-models.js';
import type { ReadModelStore } from '../read-model-store.js';
import { aConversationId, ada, aLog, bob, cleo, type RecordedLog } from '../recorded-log.fixtures.js';

const seqsOf = ({ itemTexts }: HistoryPage): number[] =>
  itemTexts.map((text) => (JSON.parse(text) as { seq: number }).seq);

/** A group of ada and bob, and ten messages: seqs 0 to 10. */
const tenMessages = (): RecordedLog => {
  const log = aLog().group(1, ada, [bob]);
  for (let count = 0; count < 10; count += 1) log.sent(1, ada);
  return log;
};

export const historyContract = (open: () => Promise<ReadModelStore>): void => {
  let store: ReadModelStore;
  beforeEach(async () => {
    store = await open();
  });
  afterEach(() => store.close());

  const page = async (user: typeof ada, range: HistoryRange, limit = 3): Promise<HistoryPage> =>
    (await store.readModels.timeline.page(user, aConversationId(1), range, limit)) as HistoryPage;

  describe('reading history', () => {
    it('starts with the newest, oldest first', async () => {
      await foldInto(store, tenMessages().events);
      const newest = await page(bob, { kind: 'newest' });
      expect(seqsOf(newest)).toEqual([8, 9, 10]);
      expect(newest).toMatchObject({ fromSeq: 8, toSeq: 10, headSeq: 10, asOfSeq: 10 });
      expect([newest.hasMoreBefore, newest.hasMoreAfter]).toEqual([true, false]);
    });

    it('goes back to the start without a hole', async () => {
      await foldInto(store, tenMessages().events);
      const seen: number[] = [];
      for (let before = 11; before > 0;) {
        const next = await page(bob, { kind: 'before', seq: before }, 4);
        seen.unshift(...seqsOf(next));
        before = next.fromSeq;
        expect(next.hasMoreBefore).toBe(before > 0);
      }
      expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    });

    it('goes forward from any seq', async () => {
      await foldInto(store, tenMessages().events);
      expect(seqsOf(await page(bob, { kind: 'after', seq: -1 }))).toEqual([0, 1, 2]);
      const last = await page(bob, { kind: 'after', seq: 8 });
      expect(seqsOf(last)).toEqual([9, 10]);
      expect(last).toMatchObject({ fromSeq: 9, toSeq: 10, hasMoreBefore: true, hasMoreAfter: false });
    });

    it('covers nothing beyond the head or before the start', async () => {
      await foldInto(store, tenMessages().events);
      const nothing = { itemTexts: [], fromSeq: -1, toSeq: -1 };
      expect(await page(bob, { kind: 'after', seq: 10 })).toMatchObject({ ...nothing, hasMoreBefore: true });
      expect(await page(bob, { kind: 'before', seq: 0 })).toMatchObject({ ...nothing, hasMoreAfter: true });
    });

    it('is closed to a stranger', async () => {
      await foldInto(store, tenMessages().events);
      const { timeline } = store.readModels;
      expect(await timeline.page(cleo, aConversationId(1), { kind: 'newest' }, 3)).toBeNull();
      expect(await timeline.page(ada, aConversationId(9), { kind: 'newest' }, 3)).toBeNull();
    });

    it('is open to a newcomer from the start', async () => {
      await foldInto(store, tenMessages().joined(1, cleo).events);
      expect(seqsOf(await page(cleo, { kind: 'after', seq: -1 }, 20))).toHaveLength(12);
    });
  });

  describe('reading history after a removal', () => {
    const removed = (): RecordedLog => tenMessages().removed(1, ada, bob).sent(1, ada).sent(1, ada);

    it('ends with the removal, from every side', async () => {
      await foldInto(store, removed().events);
      expect(seqsOf(await page(bob, { kind: 'newest' }))).toEqual([9, 10, 11]);
      expect(seqsOf(await page(bob, { kind: 'before', seq: 99 }))).toEqual([9, 10, 11]);
      expect(seqsOf(await page(bob, { kind: 'after', seq: 10 }, 20))).toEqual([11]);
      expect(seqsOf(await page(bob, { kind: 'after', seq: 11 }, 20))).toEqual([]);
    });

    it('does not tell how the conversation goes on', async () => {
      await foldInto(store, removed().events);
      expect(await page(bob, { kind: 'newest' })).toMatchObject({
        toSeq: 11,
        headSeq: 11,
        asOfSeq: 11,
        hasMoreAfter: false,
      });
    });

    it('is open again to the end for one who comes back', async () => {
      await foldInto(store, removed().added(1, ada, bob).sent(1, ada).events);
      expect(seqsOf(await page(bob, { kind: 'newest' }, 20))).toHaveLength(16);
    });

    it('shows nothing that the memberships have not seen: a removal may be among it', async () => {
      const { events } = removed();
      await foldInto(store, events.slice(0, 11));
      await foldInto(store, events, ['timeline-v1']);
      const shown = await page(bob, { kind: 'newest' }, 20);
      expect(shown).toMatchObject({ toSeq: 10, headSeq: 10, hasMoreAfter: false });
      expect(seqsOf(shown)).toHaveLength(11);
    });
  });
};
