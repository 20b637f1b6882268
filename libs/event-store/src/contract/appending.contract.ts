import type { EventStore, EventToAppend, ExpectedRevision } from '../event-store.js';
import { APPEND_MAX_BYTES, APPEND_MAX_EVENTS } from '../event-store.js';
import { aConversation, messages, sent } from '../event-store.fixtures.js';
import type { Revision } from '@verbatim/domain';

const at = (revision: number): Revision => revision as Revision;

export const appendingContract = (store: () => EventStore): void => {
  describe('appending', () => {
    it('numbers the events of a stream from 0 without gaps', async () => {
      const stream = aConversation();
      await store().append(stream, 'no-stream', messages(3));
      await store().append(stream, at(2), messages(2));
      const { events } = await store().readStream(stream, { maxCount: 10 });
      expect(events.map(({ revision }) => revision)).toEqual([0, 1, 2, 3, 4]);
    });

    it('answers with revision and position of the last event', async () => {
      const stream = aConversation();
      const outcome = await store().append(stream, 'no-stream', messages(3));
      const { events } = await store().readStream(stream, { maxCount: 10 });
      const lastPosition = events[2]?.position;
      expect(outcome).toEqual({ outcome: 'appended', lastRevision: 2, lastPosition });
    });

    it('gives back exactly what was appended', async () => {
      const stream = aConversation();
      const batch = messages(2, 'naïve 🙂 \u0000 \ud800 "quoted"');
      await store().append(stream, 'no-stream', batch);
      const { events } = await store().readStream(stream, { maxCount: 10 });
      expect(events.map(({ eventId, event, metadata }) => ({ eventId, event, metadata }))).toEqual(batch);
    });

    it.each<[string, number, ExpectedRevision, number | null]>([
      ['no-stream on a stream', 2, 'no-stream', 1],
      ['a revision behind the stream', 2, at(0), 1],
      ['a revision ahead of the stream', 2, at(5), 1],
      ['a revision of a stream that does not exist', 0, at(0), null],
      ['stream-exists without a stream', 0, 'stream-exists', null],
    ])('refuses %s, with the actual revision', async (_, count, expected, actualRevision) => {
      const stream = aConversation();
      if (count > 0) await store().append(stream, 'no-stream', messages(count));
      const outcome = await store().append(stream, expected, [sent('late')]);
      const { events } = await store().readStream(stream, { maxCount: 10 });
      expect(outcome).toEqual({ outcome: 'conflict', actualRevision });
      expect(events).toHaveLength(count);
    });

    it.each<[string, number, ExpectedRevision]>([
      ['any without a stream', 0, 'any'],
      ['any on a stream', 2, 'any'],
      ['stream-exists on a stream', 2, 'stream-exists'],
    ])('appends with %s', async (_, count, expected) => {
      const stream = aConversation();
      if (count > 0) await store().append(stream, 'no-stream', messages(count));
      expect(await store().append(stream, expected, [sent('more')])).toMatchObject({ lastRevision: count });
    });

    it('keeps streams apart', async () => {
      const [one, other] = [aConversation(), aConversation()];
      await store().append(one, 'no-stream', messages(3));
      expect(await store().append(other, 'no-stream', messages(1))).toMatchObject({ lastRevision: 0 });
    });

    it('lets exactly one of many callers win a revision', async () => {
      const stream = aConversation();
      await store().append(stream, 'no-stream', messages(1));
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, index) => store().append(stream, at(0), [sent(`racer ${index}`)])),
      );
      const appended = outcomes.filter(({ outcome }) => outcome === 'appended');
      const conflicts = outcomes.filter(({ outcome }) => outcome === 'conflict');
      expect([appended.length, conflicts.length]).toEqual([1, 19]);
      expect((await store().readStream(stream, { maxCount: 10 })).headRevision).toBe(1);
    });

    it('serves many callers on many streams at once', async () => {
      const streams = Array.from({ length: 50 }, aConversation);
      await Promise.all(
        streams.flatMap((stream) => [
          store().append(stream, 'no-stream', messages(2, 'first')),
          store().append(stream, at(1), messages(3, 'second')),
        ]),
      );
      const heads = await Promise.all(streams.map((stream) => store().readStream(stream, { maxCount: 1 })));
      expect(heads.map(({ headRevision }) => headRevision)).toEqual(streams.map(() => 4));
    });

    it('takes the largest batch and throws on a larger one', async () => {
      const stream = aConversation();
      await expect(store().append(stream, 'no-stream', messages(APPEND_MAX_EVENTS + 1))).rejects.toThrow(RangeError);
      await expect(store().append(stream, 'no-stream', [])).rejects.toThrow(RangeError);
      await expect(store().append(stream, 'no-stream', [sent('x'.repeat(APPEND_MAX_BYTES))])).rejects.toThrow(
        RangeError,
      );
      const outcome = await store().append(stream, 'no-stream', messages(APPEND_MAX_EVENTS));
      expect(outcome).toMatchObject({ lastRevision: APPEND_MAX_EVENTS - 1 });
    });

    it.each<[string, object]>([
      ['an unregistered type', { event: { type: 'NeverHeardOf', data: {} } }],
      ['a missing field', { event: { type: 'GroupRenamed', data: { name: 'x' } } }],
      ['an undefined field', { event: { type: 'GroupRenamed', data: { name: 'x', renamedBy: undefined } } }],
      ['an unknown field', { event: { type: 'MemberJoined', data: { userId: 'x', more: 1 } } }],
      ['content in the metadata', { metadata: { ...sent('').metadata, note: 'hello' } }],
      ['an event id that is no UUID', { eventId: 'first' }],
    ])('throws on %s', async (_, wrong) => {
      const stream = aConversation();
      const event = { ...sent('x'), ...wrong } as EventToAppend;
      await expect(store().append(stream, 'no-stream', [event])).rejects.toThrow(TypeError);
      expect((await store().readStream(stream, { maxCount: 1 })).headRevision).toBeNull();
    });
  });
};
