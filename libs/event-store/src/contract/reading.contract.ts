import type { Revision } from '@verbatim/domain';
import type { EventStore, Position, RecordedEvent } from '../event-store.js';
import { READ_PAGE_MAX_EVENTS } from '../event-store.js';
import { aConversation, aUser, bodyOf, messages, sent } from '../event-store.fixtures.js';

/** Hundreds of small pages, each asked of a server that may be busy. */
const MANY_PAGES_MAX_MS = 30_000;

const at = (revision: number): Revision => revision as Revision;
const revisionsOf = (events: readonly RecordedEvent[]): number[] => events.map(({ revision }) => revision);

const readAllInPages = async (
  store: EventStore,
  maxCount: number,
  categories?: readonly string[],
): Promise<RecordedEvent[]> => {
  const found: RecordedEvent[] = [];
  let after: Position | null = null;
  for (;;) {
    const slice = await store.readAll({ after, maxCount, ...(categories && { categories }) });
    expect(slice.events.length).toBeLessThanOrEqual(maxCount);
    found.push(...slice.events);
    after = slice.scannedTo;
    if (slice.isAtHead) return found;
  }
};

export const readingContract = (store: () => EventStore): void => {
  describe('reading a stream', () => {
    it('goes forwards from a revision, page by page', async () => {
      const stream = aConversation();
      await store().append(stream, 'no-stream', messages(7));
      const first = await store().readStream(stream, { from: at(2), maxCount: 3 });
      const rest = await store().readStream(stream, { from: at(5), maxCount: 3 });
      expect([revisionsOf(first.events), revisionsOf(rest.events)]).toEqual([
        [2, 3, 4],
        [5, 6],
      ]);
      expect([first.headRevision, rest.headRevision]).toEqual([6, 6]);
    });

    it('goes backwards from the end or from a revision', async () => {
      const stream = aConversation();
      await store().append(stream, 'no-stream', messages(7));
      const newest = await store().readStream(stream, { direction: 'backwards', maxCount: 3 });
      const before = await store().readStream(stream, { direction: 'backwards', from: at(2), maxCount: 9 });
      const beyond = await store().readStream(stream, { direction: 'backwards', from: at(99), maxCount: 2 });
      expect([newest, before, beyond].map(({ events }) => revisionsOf(events))).toEqual([
        [6, 5, 4],
        [2, 1, 0],
        [6, 5],
      ]);
    });

    it('tells a stream that does not exist from one that was read to its end', async () => {
      const stream = aConversation();
      expect(await store().readStream(stream, { maxCount: 5 })).toEqual({ events: [], headRevision: null });
      await store().append(stream, 'no-stream', messages(2));
      expect(await store().readStream(stream, { from: at(2), maxCount: 5 })).toEqual({ events: [], headRevision: 1 });
    });

    it('throws when asked for no events or for more than a page', async () => {
      const read = (maxCount: number) => store().readStream(aConversation(), { maxCount });
      await expect(read(0)).rejects.toThrow(RangeError);
      await expect(read(READ_PAGE_MAX_EVENTS + 1)).rejects.toThrow(RangeError);
    });
  });

  describe('reading everything', () => {
    it(
      'finds every event once, in the order of rising positions, whatever the page',
      async () => {
        for (let index = 0; index < 5; index += 1) await store().append(aConversation(), 'no-stream', messages(5));
        const inPages = await readAllInPages(store(), 7);
        const positions = inPages.map(({ position }) => position);
        expect(inPages).toEqual(await readAllInPages(store(), READ_PAGE_MAX_EVENTS));
        expect(inPages.length).toBeGreaterThanOrEqual(25);
        expect(positions.every((position, index) => index === 0 || position > (positions[index - 1] ?? 0n))).toBe(true);
      },
      MANY_PAGES_MAX_MS,
    );

    it(
      'keeps to the categories asked for',
      async () => {
        await store().append(aConversation(), 'no-stream', messages(4));
        const user = aUser();
        await store().append(user, 'no-stream', [sent('a'), sent('b')]);
        const all = await readAllInPages(store(), 2);
        const users = await readAllInPages(store(), 2, ['user']);
        expect(users).toEqual(all.filter(({ streamName }) => streamName.startsWith('user-')));
        expect(users.slice(-2).map(bodyOf)).toEqual(['a', 'b']);
      },
      MANY_PAGES_MAX_MS,
    );

    it('says at the head that nothing lies beyond', async () => {
      await store().append(aConversation(), 'no-stream', messages(1));
      const head = await store().headPosition();
      const slice = await store().readAll({ after: head, maxCount: 5 });
      expect(slice).toEqual({ events: [], scannedTo: head, isAtHead: true });
    });

    it('finds one event at its position, and none in a gap or beyond the head', async () => {
      const stream = aConversation();
      await store().append(stream, 'no-stream', messages(3));
      const { events } = await store().readStream(stream, { maxCount: 3 });
      const [, second, third] = events as [RecordedEvent, RecordedEvent, RecordedEvent];
      const gap = (second.position + 1n) as Position;
      expect(await store().readAt(second.position)).toEqual(second);
      expect(await store().readAt((third.position + 1_000n) as Position)).toBeNull();
      if (gap !== third.position) expect(await store().readAt(gap)).toBeNull();
    });

    it('goes on behind a position that lies in a gap', async () => {
      const stream = aConversation();
      await store().append(stream, 'no-stream', messages(2));
      const { events } = await store().readStream(stream, { maxCount: 2 });
      const [first, second] = events as [RecordedEvent, RecordedEvent];
      const slice = await store().readAll({ after: (second.position - 1n) as Position, maxCount: 5 });
      expect(second.position - first.position).toBeGreaterThan(1n);
      expect(slice.events).toEqual([second]);
    });
  });
};
