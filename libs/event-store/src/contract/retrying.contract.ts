import type { Revision } from '@verbatim/domain';
import type { EventStore, ExpectedRevision } from '../event-store.js';
import { aConversation, messages, sent } from '../event-store.fixtures.js';

const at = (revision: number): Revision => revision as Revision;

export const retryingContract = (store: () => EventStore): void => {
  describe('appending the identical batch again', () => {
    it.each<[string, number, ExpectedRevision]>([
      ['at no-stream', 0, 'no-stream'],
      ['at an exact revision', 2, at(1)],
      ['at any', 2, 'any'],
      ['at stream-exists', 2, 'stream-exists'],
    ])('has the same outcome %s and stores nothing', async (_, before, expected) => {
      const stream = aConversation();
      if (before > 0) await store().append(stream, 'no-stream', messages(before));
      const batch = messages(3);
      const first = await store().append(stream, expected, batch);
      const second = await store().append(stream, expected, batch);
      expect(second).toEqual(first);
      expect((await store().readStream(stream, { maxCount: 1 })).headRevision).toBe(before + 2);
    });

    it('has the same outcome after others have appended more', async () => {
      const stream = aConversation();
      const batch = messages(2);
      const first = await store().append(stream, 'no-stream', batch);
      await store().append(stream, at(1), messages(5));
      expect(await store().append(stream, 'no-stream', batch)).toEqual(first);
    });

    it('has the same outcome when both were sent at once', async () => {
      const stream = aConversation();
      const batch = messages(2);
      const [first, second] = await Promise.all([
        store().append(stream, 'no-stream', batch),
        store().append(stream, 'no-stream', batch),
      ]);
      expect(second).toEqual(first);
    });

    it('is a conflict when one id differs, when events are missing, or when there are more', async () => {
      const stream = aConversation();
      const [one, two] = [sent('one'), sent('two')];
      await store().append(stream, 'no-stream', [one, two]);
      const conflict = { outcome: 'conflict', actualRevision: 1 };
      expect(await store().append(stream, 'no-stream', [one, sent('two')])).toEqual(conflict);
      expect(await store().append(stream, 'no-stream', [two])).toEqual(conflict);
      expect(await store().append(stream, 'no-stream', [one, two, sent('three')])).toEqual(conflict);
    });

    it('is a new append at another expected revision', async () => {
      const stream = aConversation();
      const batch = [sent('same id')];
      await store().append(stream, 'no-stream', batch);
      expect(await store().append(stream, at(0), batch)).toMatchObject({ outcome: 'appended', lastRevision: 1 });
    });

    it('delivers nothing twice', async () => {
      const stream = aConversation();
      const batch = messages(2);
      const delivered: string[] = [];
      const after = await store().headPosition();
      await store().append(stream, 'no-stream', batch);
      await store().append(stream, 'no-stream', batch);
      const closing = sent('last');
      await store().append(stream, at(1), [closing]);
      await new Promise<void>((resolve) => {
        store().subscribeToAll(
          { after },
          {
            onEvents: (events) => {
              delivered.push(...events.map(({ eventId }) => eventId));
              if (delivered.includes(closing.eventId)) resolve();
            },
          },
        );
      });
      expect(delivered).toEqual([...batch, closing].map(({ eventId }) => eventId));
    });
  });
};
