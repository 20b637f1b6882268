import { PLANTED_FAULTS } from '../../crash/planted-faults.js';
import type { Evidence } from '../../crash/evidence.js';
import type { OutageEvidence, Relayed, Try } from '../scene/ledger.js';

/** One fault, put into what was seen of a sound service; the named checker has to report it. */
export type PlantedFault = {
  readonly name: string;
  readonly checker: string;
  readonly plant: (evidence: OutageEvidence) => OutageEvidence;
};

/** Faults of the log, of deliveries and of views are the same as for one process. */
const ofOneProcess = PLANTED_FAULTS.map(({ name, checker, plant }): PlantedFault => ({
  name,
  checker,
  plant: (evidence) => {
    const planted: Evidence = plant(evidence);
    return { ...evidence, ...planted };
  },
}));

const silent: Try = { what: 'send', startedAtMs: 0, tookMs: 20_000, outcome: 'silent' };

const withTopic = (evidence: OutageEvidence, change: (relayed: readonly Relayed[]) => readonly Relayed[]) => ({
  ...evidence,
  relayed: change(evidence.relayed ?? evidence.toRelay),
});

/** Two neighbours of one key in the other order. */
const swapped = (relayed: readonly Relayed[]): readonly Relayed[] => {
  const at = relayed.findIndex(({ key }, index) => index > 0 && relayed[index - 1]?.key === key);
  const [one, other] = [relayed[at - 1], relayed[at]];
  if (one === undefined || other === undefined) throw new Error('no key has two events one after the other');
  return [...relayed.slice(0, at - 1), other, one, ...relayed.slice(at + 1)];
};

export const OUTAGE_FAULTS: readonly PlantedFault[] = [
  ...ofOneProcess,
  {
    name: 'left a request without any answer',
    checker: 'silent',
    plant: ({ ledger, ...evidence }) => ({ ...evidence, ledger: { ...ledger, tries: [...ledger.tries, silent] } }),
  },
  {
    name: 'left it open for ever whether a message was sent',
    checker: 'unresolved',
    plant: (evidence) => {
      const [first, ...others] = evidence.sends;
      if (first === undefined) throw new Error('nothing was sent');
      return { ...evidence, sends: [{ ...first, acks: [], refusals: [] }, ...others] };
    },
  },
  {
    name: 'shown an older state than before',
    checker: 'stale-read',
    plant: ({ ledger, ...evidence }) => {
      const staleReads = [{ userId: 'ada', conversationId: 'one', shown: 3, known: 4 }];
      return { ...evidence, ledger: { ...ledger, staleReads } };
    },
  },
  {
    name: 'called somebody offline who was connected',
    checker: 'presence',
    plant: ({ ledger, ...evidence }) => ({
      ...evidence,
      ledger: { ...ledger, presence: [{ userId: 'ada', status: 'offline' }] },
    }),
  },
  {
    name: 'kept an event from the topic',
    checker: 'topic',
    plant: (evidence) => withTopic(evidence, (relayed) => relayed.slice(0, -1)),
  },
  {
    name: 'put on the topic what is not in the log',
    checker: 'topic',
    plant: (evidence) => withTopic(evidence, (relayed) => [...relayed, { eventId: 'made up', key: 'one' }]),
  },
  {
    name: 'relayed two events of one key in the other order',
    checker: 'topic',
    plant: (evidence) => withTopic(evidence, swapped),
  },
];
