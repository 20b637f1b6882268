import fc from 'fast-check';
import type { RecordedEvent } from '@verbatim/event-store';
import { SharedDocuments, SteppedWriter } from './projection/interleaved-writers.fixtures.js';
import type { Projection } from './projection/projection.js';
import { projections } from './projections.js';
import { randomLog } from './random-log.fixtures.js';

const WRITERS = 2;
const RUNS = 2_500;
const MAX_EVENTS_OF_A_BATCH = 12;

const step = fc.record({
  writer: fc.nat({ max: WRITERS - 1 }),
  what: fc.constantFrom('work', 'work', 'work', 'work', 'work', 'work', 'work', 'work', 'work', 'die', 'forget'),
  events: fc.integer({ min: 1, max: MAX_EVENTS_OF_A_BATCH }),
  /** Writes that the other process gets done while this one reads. */
  meanwhile: fc.nat({ max: 6 }),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const foldedAtOnce = async (projection: Projection, events: readonly RecordedEvent[]): Promise<readonly string[]> => {
  const documents = new SharedDocuments(projection);
  await new SteppedWriter(documents, events).finish();
  return documents.texts();
};

const take = async (
  { writer, what, events, meanwhile }: Step,
  shared: SharedDocuments,
  writers: readonly SteppedWriter[],
): Promise<void> => {
  const mine = writers[writer] as SteppedWriter;
  const others = writers.filter((other) => other !== mine);
  shared.beforeLoad = () => {
    for (let count = 0; count < meanwhile; count += 1) for (const other of others) other.writeOne();
  };
  if (what === 'die') mine.restart();
  else if (what === 'forget') mine.forget();
  else await mine.foldOrWrite(events);
};

describe.each(projections.map((projection) => [projection.name, projection] as const))(
  'the documents of %s',
  (_, projection) => {
    it('are the same whoever wrote them, in whatever pieces, and whenever he died', async () => {
      await fc.assert(
        fc.asyncProperty(
          randomLog,
          fc.array(step, { minLength: 20, maxLength: 200, size: 'max' }),
          async ({ events }, steps) => {
            const shared = new SharedDocuments(projection);
            const writers = Array.from({ length: WRITERS }, () => new SteppedWriter(shared, events));
            for (const each of steps) await take(each, shared, writers);
            shared.beforeLoad = () => undefined;
            const last = new SteppedWriter(shared, events);
            last.restart();
            await last.finish();
            expect(shared.texts()).toEqual(await foldedAtOnce(projection, events));
          },
        ),
        { numRuns: RUNS },
      );
    });
  },
);
