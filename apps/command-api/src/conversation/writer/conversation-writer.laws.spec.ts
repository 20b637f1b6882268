import fc from 'fast-check';
import { Town, foldOf, plan } from './random-town.fixtures.js';
import type { WriteOutcome } from './write-request.js';

const PLANS = 100;
const PLANS_MAX_MS = 60_000;

type Applied = Extract<WriteOutcome, { outcome: 'applied' }>;
const acksOf = (outcomes: readonly WriteOutcome[]): Applied[] =>
  outcomes.filter(({ outcome }) => outcome === 'applied') as Applied[];

const hasOneDenseOrder = async (town: Town): Promise<void> => {
  const events = await town.events();
  expect(events.map(({ revision }) => revision)).toEqual(events.map((_, index) => index));
  const pairs = events.map(({ metadata }) => `${metadata.actorId} ${metadata.commandId}`);
  expect(new Set(pairs).size).toBe(pairs.length);
};

const acknowledgedWhatIsStored = async (town: Town): Promise<void> => {
  const events = await town.events();
  for (const { request, outcomes } of town.intents) {
    for (const { seq, event } of acksOf(outcomes)) {
      expect(events[seq]?.metadata.commandId).toBe(request.commandId);
      expect(events[seq]?.event).toEqual(event);
    }
  }
};

const storedWhatWasAcknowledged = async (town: Town): Promise<void> => {
  const stored = new Set((await town.events()).map(({ metadata }) => metadata.commandId));
  for (const { request, outcomes, isDoubled } of town.intents) {
    const kinds = outcomes.map(({ outcome }) => outcome);
    expect(acksOf(outcomes).length > 0).toBe(stored.has(request.commandId));
    expect(kinds).not.toContain('mismatch');
    // Whoever asks twice at once may be refused first and, somebody having let him in between, taken then.
    if (kinds.includes('rejected') && !isDoubled) expect(stored).not.toContain(request.commandId);
  }
};

const holdsWhatTheLogSays = async (town: Town): Promise<void> => {
  const fold = foldOf(await town.events());
  for (const state of await town.states()) expect(state).toEqual(fold);
};

describe('two writers of one log whose appends are lost, refused and asked for again', () => {
  it(
    'keep one dense order, acknowledge what is stored and nothing else, and hold the state that the log folds to',
    async () => {
      let plansHeld = 0;
      await fc.assert(
        fc.asyncProperty(plan, async (random) => {
          const town = await Town.live(random);
          await hasOneDenseOrder(town);
          await acknowledgedWhatIsStored(town);
          await storedWhatWasAcknowledged(town);
          await holdsWhatTheLogSays(town);
          plansHeld += 1;
        }),
        { numRuns: PLANS },
      );
      expect(plansHeld).toBe(PLANS);
    },
    PLANS_MAX_MS,
  );
});
