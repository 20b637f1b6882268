import { findingsIn } from '../../crash/checkers/index.js';
import type { Change, Finding, Send } from '../../crash/evidence.js';
import type { OutageEvidence } from '../scene/ledger.js';

type Checker = (evidence: OutageEvidence) => readonly Finding[];

const finding = (checker: string, text: string): Finding => ({ checker, text });

/** Every request has an answer, or a broken connection, before its client gives up. */
const silentCalls: Checker = ({ ledger }) =>
  ledger.tries
    .filter(({ outcome }) => outcome === 'silent')
    .map(({ what, tookMs }) => finding('silent', `a ${what} was not answered in ${Math.round(tookMs)} ms`));

const isSettled = (asked: Send | Change): boolean =>
  asked.refusals.length > 0 || ('acks' in asked ? asked.acks : asked.ackedSeqs).length > 0;

/** When all is well again everything that was asked for has an outcome. */
const unresolved: Checker = ({ sends, changes }) => [
  ...sends.filter((send) => !isSettled(send)).map(({ clientMsgId }) => finding('unresolved', `send ${clientMsgId}`)),
  ...changes
    .filter((change) => !isSettled(change))
    .map(({ commandId }) => finding('unresolved', `change ${commandId}`)),
];

/** A read that carries a cursor shows nothing older than what came with it. */
const staleReads: Checker = ({ ledger }) =>
  ledger.staleReads.map(({ userId, conversationId, shown, known }) =>
    finding('stale-read', `${userId} knew ${conversationId}@${known} and was shown ${shown}`),
  );

/** Nobody who is connected is said to be offline because something else is away. */
const wrongPresence: Checker = ({ ledger }) =>
  ledger.presence
    .filter(({ status }) => status === 'offline')
    .map(({ userId }) => finding('presence', `${userId} was connected and said to be offline`));

/** What is on the topic is what is in the log; of each key, once repeats are dropped, in the log's order. */
const wrongTopic: Checker = ({ toRelay, relayed }) => {
  if (relayed === null) return [];
  const seen = new Map<string, string[]>();
  const known = new Set<string>();
  for (const { eventId, key } of relayed) {
    if (known.has(eventId)) continue;
    known.add(eventId);
    seen.set(key, [...(seen.get(key) ?? []), eventId]);
  }
  const expected = Map.groupBy(toRelay, ({ key }) => key);
  const keys = new Set([...seen.keys(), ...expected.keys()]);
  return [...keys].flatMap((key) => {
    const there = (seen.get(key) ?? []).join();
    const right = (expected.get(key) ?? []).map(({ eventId }) => eventId).join();
    return there === right ? [] : [finding('topic', `${key} differs from the log`)];
  });
};

const CHECKERS: readonly Checker[] = [findingsIn, silentCalls, unresolved, staleReads, wrongPresence, wrongTopic];

/** Everything that is wrong with what was seen over all outages so far. */
export const findingsOf = (evidence: OutageEvidence): readonly Finding[] =>
  CHECKERS.flatMap((check) => check(evidence));
