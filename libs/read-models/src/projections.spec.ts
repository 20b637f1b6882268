import fc from 'fast-check';
import type { StreamName } from '@verbatim/domain';
import { folded } from './projection/folded-documents.fixtures.js';
import { projections } from './projections.js';
import { randomLog } from './random-log.fixtures.js';
import { aConversationId, ada, aLog } from './recorded-log.fixtures.js';

describe.each(projections.map((projection) => [projection.name, projection] as const))('%s', (_, projection) => {
  it('gives the same documents when everything is delivered twice', () => {
    fc.assert(
      fc.property(randomLog, ({ events }) => {
        const once = folded(projection, events).snapshot();
        expect(folded(projection, events).fold(events).snapshot()).toEqual(once);
        expect(
          folded(
            projection,
            events.flatMap((event) => [event, event]),
          ).snapshot(),
        ).toEqual(once);
      }),
    );
  });

  it('gives the same documents when it starts again from any earlier checkpoint', () => {
    fc.assert(
      fc.property(randomLog, fc.nat(), fc.nat(), ({ events }, first, second) => {
        const stoppedAt = first % (events.length + 1);
        const checkpoint = second % (stoppedAt + 1);
        const restarted = folded(projection, events.slice(0, stoppedAt)).fold(events.slice(checkpoint));
        expect(restarted.snapshot()).toEqual(folded(projection, events).snapshot());
      }),
    );
  });

  it('refuses an event of its categories that it does not know, and lets others pass', () => {
    const [category] = projection.categories;
    const unknown = (stream: string) =>
      aLog().append(`${stream}-${aConversationId(1)}` as StreamName, { type: 'MessageSung', data: {} }, ada).last;
    expect(() => folded(projection, [unknown(category as string)])).toThrow('MessageSung');
    expect(folded(projection, [unknown('weather')]).snapshot()).toEqual(folded(projection, []).snapshot());
  });
});
