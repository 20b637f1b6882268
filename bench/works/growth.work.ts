import type { UserId } from '@verbatim/domain';
import { directBetween, growConversation, growCrowd, type Participants } from '../log/grow-log.js';
import { withFolder } from '../process/work-folder.js';
import type { Figure, Section } from '../report/figure.js';
import { medianOf } from '../report/statistics.js';
import { importAccounts, type Account } from '../server/accounts.js';
import type { Bench } from './bench.js';
import { GrowingDirectory, type Point } from './growing-directory.js';
import type { Probed } from './growth-probe.js';

const EVENTS_PER_CONVERSATION = 1_000;
const ROUNDS_MAX = 2;
/** As much as the noise of the machine: more than this is growth. */
const FLAT_RATIO_MAX = 1.5;

type Pair = { readonly small: Point; readonly large: Point };
type Place = {
  readonly directory: GrowingDirectory;
  readonly probed: Probed & { readonly participants: Participants };
};

const probedOf = (members: readonly [Account, Account]): Place['probed'] => {
  const participants = [members[0].userId as UserId, members[1].userId as UserId] as const;
  return { members, participants, conversationId: directBetween(participants) };
};

/** Small and large take turns, each with a start of its own. */
const compare = async (bench: Bench, title: string, small: Place, large: Place): Promise<readonly Pair[]> => {
  const rounds = Math.min(ROUNDS_MAX, bench.plan.rounds);
  await large.directory.prime(large.probed);
  const pairs: Pair[] = [];
  for (let round = 1; round <= rounds; round += 1)
    pairs.push({
      small: await small.directory.measure(`small, against ${title}, round ${round} of ${rounds}`, small.probed),
      large: await large.directory.measure(`${title}, round ${round} of ${rounds}`, large.probed),
    });
  return pairs;
};

const figuresOf = (what: string, pairs: readonly Pair[]): readonly Figure[] =>
  (
    [
      ['start to ready', 'startMs'],
      ['connected and authenticated, p50', 'connectMs'],
      ['inbox, p50', 'inboxMs'],
      ['last 50, p50', 'lastMs'],
      ['first message after the start', 'firstSendMs'],
      ['send to receipt, p50', 'sendMs'],
    ] as const
  ).map(([name, key]) => ({
    name: `${what}: ${name}`,
    unit: 'ms',
    value: medianOf(pairs, ({ large }) => large[key]),
    baseline: { name: 'small', value: medianOf(pairs, ({ small }) => small[key]) },
    bounds: [{ target: 'T9', of: 'ratio', limit: 'at-most', must: FLAT_RATIO_MAX }],
  }));

const smallPlace = async (bench: Bench, path: string): Promise<Place> => {
  const directory = new GrowingDirectory(bench, path, 't9');
  const probed = probedOf((await importAccounts(path, 2)) as [Account, Account]);
  await directory.grow('a small log', (store) => growConversation(store, probed.participants, bench.plan.smallEvents));
  await directory.prime(probed);
  return { directory, probed };
};

const measured = async (bench: Bench, smallPath: string, largePath: string): Promise<readonly Figure[]> => {
  const { grownEvents, smallEvents } = bench.plan;
  const small = await smallPlace(bench, smallPath);
  const directory = new GrowingDirectory(bench, largePath, 't9');
  const accounts = (await importAccounts(largePath, 4)) as [Account, Account, Account, Account];
  const [few, many] = [probedOf([accounts[0], accounts[1]]), probedOf([accounts[2], accounts[3]])];
  await directory.grow('a large log', async (store) => {
    await growConversation(store, few.participants, smallEvents);
    await growCrowd(store, Math.ceil(grownEvents / EVENTS_PER_CONVERSATION), EVENTS_PER_CONVERSATION);
  });
  const byLog = await compare(bench, 'a large log', small, { directory, probed: few });
  await directory.grow('a large conversation', (store) => growConversation(store, many.participants, grownEvents));
  const byConversation = await compare(bench, 'a large conversation', small, { directory, probed: many });
  return [...figuresOf('larger log', byLog), ...figuresOf('larger conversation', byConversation)];
};

/** T9: what a person meets does not depend on the size of the log or of the conversation. */
export const growth = async (bench: Bench): Promise<Section> => {
  const { grownEvents, smallEvents } = bench.plan;
  const figures = await withFolder('bench-small', (smallPath) =>
    withFolder('bench-large', (largePath) => measured(bench, smallPath, largePath)),
  );
  return {
    title: `T9 growth: from ${smallEvents.toLocaleString('en-GB')} to ${grownEvents.toLocaleString('en-GB')}`,
    figures,
    notes: [`flat: at most ${FLAT_RATIO_MAX}× the small one, which is about the noise of one run`],
  };
};
