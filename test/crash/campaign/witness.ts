import { join } from 'node:path';
import type { RandomSource } from '@verbatim/testing/scenario';
import { gaps } from '../checkers/delivery-checkers.js';
import { findingsIn } from '../checkers/index.js';
import type { Change, Evidence, Finding, Send, StoredEvent, UserView } from '../evidence.js';
import { readRawLog } from '../raw-log.js';
import { Load, type Journal } from './load.js';
import type { Town } from './town.js';
import type { Answer } from './requests.js';
import { readView } from './views.js';

const RETRIED_ACKED_SENDS = 8;
const SETTLE_TRIES_MAX = 500;

const isOpen = (asked: Send | Change): boolean => {
  const answers = 'acks' in asked ? asked.acks : asked.ackedSeqs;
  return asked.triesUnderWay === 0 && answers.length === 0 && asked.refusals.length === 0;
};

/** Per conversation the seq that everybody's history has been compared up to. */
const seenUpTo = (views: readonly UserView[]): ReadonlyMap<string, number> => {
  const lowest = new Map<string, number>();
  for (const { conversations } of views)
    for (const [id, { entry }] of conversations)
      lowest.set(id, Math.min(lowest.get(id) ?? Number.MAX_SAFE_INTEGER, Number(entry['headSeq'])));
  return lowest;
};

/** Remembers all that a server said and keeps, over any number of its lives. */
export class Witness {
  readonly journal: Journal = { sends: [], changes: [], surprises: [] };
  #log: readonly StoredEvent[] = [];
  #views: readonly UserView[] = [];

  constructor(
    private readonly dataDirectory: string,
    private readonly town: Town,
    private readonly random: RandomSource,
  ) {}

  get evidence(): Evidence {
    const devices = this.town.devices.map(({ record }) => record);
    return { ...this.journal, log: this.#log, devices, views: this.#views };
  }

  get findings(): readonly Finding[] {
    return findingsIn(this.evidence);
  }

  newLoad(url: string, onAnswer: (answer: Answer | null) => void = () => {}): Load {
    return new Load({ url, town: this.town, journal: this.journal, random: this.random, onAnswer });
  }

  /** Asks again what got no answer, and some of what did: the answer must be the one from before. */
  async retryOpen(load: Load, share: number): Promise<void> {
    const { sends, changes } = this.journal;
    const isChosen = (): boolean => this.random.next() < share;
    const acked = sends.filter(({ acks }) => acks.length > 0);
    const again = acked.length === 0 ? [] : Array.from({ length: RETRIED_ACKED_SENDS }, () => this.random.pick(acked));
    await Promise.all([
      ...sends
        .filter(isOpen)
        .filter(isChosen)
        .map((send) => load.retrySend(send)),
      ...changes
        .filter(isOpen)
        .filter(isChosen)
        .map((change) => load.retryChange(change)),
      ...again.map((send) => load.retrySend(send)),
    ]);
  }

  /** Reads what has come since the last look, when nothing else happens; `whole` reads everything anew. */
  async look(url: string, reach: 'news' | 'whole'): Promise<void> {
    const { devices, people } = this.town;
    await Promise.all(devices.filter(({ socket }) => socket === null).map((device) => device.connect(url)));
    const known = reach === 'whole' ? [] : this.#log;
    this.#log = [...known, ...readRawLog(join(this.dataDirectory, 'events.db'), known.length)];
    for (let tries = 1; tries <= SETTLE_TRIES_MAX; tries += 1) {
      await Promise.all(devices.map((device) => device.catchUp()));
      if (!gaps(this.evidence).some(({ checker }) => checker === 'missed')) break;
    }
    const afterSeqs = reach === 'whole' ? new Map<string, number>() : seenUpTo(this.#views);
    this.#views = await Promise.all(people.map((person) => readView(url, person, afterSeqs)));
  }
}
