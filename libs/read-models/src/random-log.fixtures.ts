import fc from 'fast-check';
import { conversationStream, type UserId } from '@verbatim/domain';
import { aConversationId, ada, aLog, bob, cleo, dan, type RecordedLog } from './recorded-log.fixtures.js';

const PEOPLE = [ada, bob, cleo, dan];
const GROUPS = 3;

type Step = { readonly what: number; readonly group: number; readonly who: number; readonly whom: number };

const step = fc.record({
  what: fc.nat({ max: 9 }),
  group: fc.nat({ max: GROUPS - 1 }),
  who: fc.nat({ max: 3 }),
  whom: fc.nat({ max: 3 }),
});

/** Who is in each group, in order of joining: enough to append only what the rules allow. */
type Members = Map<number, UserId[]>;

const remove = (members: UserId[], userId: UserId): void => void members.splice(members.indexOf(userId), 1);

const takeStep = (log: RecordedLog, members: Members, { what, group, who, whom }: Step): void => {
  const present = members.get(group) as UserId[];
  const actor = PEOPLE[who] as UserId;
  const other = PEOPLE[whom] as UserId;
  if (present.length === 0 || !present.includes(actor)) {
    if (present.includes(actor)) return;
    log.joined(group, actor);
    present.push(actor);
    return;
  }
  if (what <= 4) log.sent(group, actor);
  else if (what === 5) log.receipt(group, actor, revisionOf(log, group), revisionOf(log, group) - (whom % 2));
  else if (what === 6) log.renamed(group, actor, `name ${log.events.length}`);
  else if (what === 7) leave(log, present, group, actor);
  else if (what === 8 && other !== present[0] && present.includes(other)) {
    log.removed(group, present[0] as UserId, other);
    remove(present, other);
  } else if (!present.includes(other)) {
    log.added(group, actor, other);
    present.push(other);
  }
};

const revisionOf = (log: RecordedLog, group: number): number =>
  log.events.filter(({ streamName }) => streamName === conversationStream(aConversationId(group))).length - 1;

const leave = (log: RecordedLog, present: UserId[], group: number, actor: UserId): void => {
  const successor = actor === present[0] ? (present[1] ?? null) : null;
  log.left(group, actor, successor);
  remove(present, actor);
};

const logOf = (steps: readonly Step[]): RecordedLog => {
  const log = aLog();
  const members: Members = new Map();
  for (let group = 0; group < GROUPS; group += 1) {
    log.group(group, ada, [bob]);
    members.set(group, [ada, bob]);
  }
  for (const each of steps) takeStep(log, members, each);
  return log;
};

/** A log of three groups and their receipts in which people come, go, speak and read at random, within the rules. */
export const randomLog: fc.Arbitrary<RecordedLog> = fc.array(step, { minLength: 1, maxLength: 80 }).map(logOf);

/** One such log of about that many events, the same for the same seed, and with profiles. */
export const longRandomLog = (steps: number, seed: number): RecordedLog => {
  const [taken = []] = fc.sample(fc.array(step, { minLength: steps, maxLength: steps }), { numRuns: 1, seed });
  const log = logOf(taken);
  for (const [index, userId] of PEOPLE.entries())
    log.registered(userId, `person-${index}`).profile(userId, `P${index}`);
  return log;
};
