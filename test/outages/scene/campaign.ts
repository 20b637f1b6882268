import { randomSource, type RandomSource } from '@verbatim/testing/scenario';
import { foundTown, type Town } from '../../crash/campaign/town.js';
import { readView } from '../../crash/campaign/views.js';
import type { Finding, UserView } from '../../crash/evidence.js';
import { findingsOf } from '../checks/findings.js';
import type { Cluster } from './cluster.js';
import { emptyLedger, type Ledger, type OutageEvidence } from './ledger.js';
import { LogAndTopic } from './log-and-topic.js';
import { countsOf, type OutageRow } from './outage-row.js';
import type { Outage } from './outage.js';
import { RawCrowd } from './raw-crowd.js';
import { Recovery } from './recovery.js';
import { SdkPerson } from './sdk-people.js';
import { waitForSigns } from './signs.js';
import { SendCount } from './send-count.js';

export type CampaignOptions = {
  readonly cluster: Cluster;
  readonly seed: number;
  /** An outage lasts until so many sends were tried in it, … */
  readonly sendsMin: number;
  /** … and so long at least, ms. */
  readonly lastsMinMs: number;
  readonly onProgress: (line: string) => void;
};

/** Sends before an outage: people are at work when it begins. */
const SENDS_BEFORE = 30;
const OUTAGE_MAX_MS = 180_000;
const SETTLE_MAX_MS = 60_000;
const REPEATED_SENDS = 10;

type Cast = {
  readonly town: Town;
  readonly sdkPeople: readonly SdkPerson[];
  readonly sdkConversations: readonly string[];
};

/** Two with the client library, in a direct conversation and in a group of the others. */
const joinSdkPeople = async (
  urls: readonly string[],
  { groupIds }: Town,
  ledger: Ledger,
): Promise<Omit<Cast, 'town'>> => {
  const join = (name: string, index: number): Promise<SdkPerson> =>
    SdkPerson.join(urls[index % urls.length] ?? '', name, ledger);
  const sdkPeople = await Promise.all(['gus', 'hal'].map(join));
  const [gus, hal] = sdkPeople as [SdkPerson, SdkPerson];
  const [open = ''] = groupIds;
  const directId = await gus.meet(hal.userId);
  await Promise.all(sdkPeople.map((person) => person.joinGroup(open)));
  return { sdkPeople, sdkConversations: [directId, open] };
};

/** One outage after another on the same cluster, with the same people and the same log, and everything compared after each. */
export class OutageCampaign {
  readonly rows: OutageRow[] = [];
  readonly #sends = new SendCount();
  readonly #random: RandomSource;
  readonly #crowd: RawCrowd;
  readonly #stored: LogAndTopic;
  readonly #known = new Set<string>();
  #views: readonly UserView[] = [];

  private constructor(
    private readonly options: CampaignOptions,
    private readonly ledger: Ledger,
    private readonly cast: Cast,
  ) {
    const { cluster, seed } = options;
    this.#random = randomSource(seed);
    const onTry = (what: string): void => void (what === 'send' && this.#sends.add());
    this.#crowd = new RawCrowd(cast.town, cluster.gatewayUrls, ledger, this.#random, onTry);
    this.#stored = new LogAndTopic(cluster.parts.eventStore.engine.url, cluster.parts.kafka.engine.url);
  }

  static async found(options: CampaignOptions): Promise<OutageCampaign> {
    const ledger = emptyLedger();
    const urls = options.cluster.gatewayUrls;
    const town = await foundTown(urls[0] ?? '');
    const cast = { town, ...(await joinSdkPeople(urls, town, ledger)) };
    const campaign = new OutageCampaign(options, ledger, cast);
    for (const client of campaign.#crowd.clients) await client.goHome();
    return campaign;
  }

  get evidence(): OutageEvidence {
    const { ledger, cast } = this;
    const devices = [...cast.town.devices, ...cast.sdkPeople].map(({ record }) => record);
    const { log, toRelay, relayed } = this.#stored;
    return { ...ledger, ledger, log, devices, views: this.#views, toRelay, relayed };
  }

  /** @returns what is wrong, and was not before */
  async run(outage: Outage): Promise<readonly Finding[]> {
    this.options.onProgress(outage.name);
    this.#start();
    await this.#sends.reaches(SENDS_BEFORE, OUTAGE_MAX_MS);
    const ackedBefore = this.ledger.sends.filter(({ acks }) => acks.length > 0).length;
    const { signs, ...lasted } = await this.#last(outage);
    await outage.end(this.options.cluster);
    const recovered = await this.#recover(outage);
    const findings = [...signs, ...this.#newFindings()];
    const count = (...names: string[]): number => findings.filter(({ checker }) => names.includes(checker)).length;
    this.rows.push({
      ...{ outage: outage.name, ackedBefore, ...lasted, ...recovered },
      ...{ lost: count('lost-ack', 'lost-change'), doubled: count('duplicate', 'differing-acks') },
    });
    for (const client of this.#crowd.clients) await client.goHome();
    return findings;
  }

  /** Until enough was tried in it, and its signs were seen. */
  async #last(outage: Outage) {
    const { cluster, sendsMin, lastsMinMs } = this.options;
    const { tries } = this.ledger;
    const firstTry = tries.length;
    const beganAtMs = performance.now();
    const enough = this.#sends.reaches(sendsMin, OUTAGE_MAX_MS);
    await outage.begin(cluster);
    const signs = await waitForSigns(cluster, outage, this.#crowd.clients, this.ledger);
    await enough;
    await this.#sends.passes(lastsMinMs - (performance.now() - beganAtMs));
    return { signs, lastedMs: performance.now() - beganAtMs, ...countsOf(tries.slice(firstTry)) };
  }

  /** Until nothing is open and everybody has everything. */
  async #recover(outage: Outage) {
    const recovery = new Recovery(this.options.cluster, this.#crowd, this.cast.sdkPeople, this.#stored);
    const servesAfterMs = await recovery.serves(this.cast.town);
    await this.#rest();
    const { open, left } = await this.#crowd.settle(SETTLE_MAX_MS);
    await this.#crowd.repeatSome(REPEATED_SENDS);
    const drainedAfterMs = await recovery.drained(outage, () => this.evidence);
    return { open, resolved: open - left, servesAfterMs, drainedAfterMs };
  }

  /** Reads everybody's inbox and all history, and the topic. @returns what is wrong, and was not before */
  async look(): Promise<readonly Finding[]> {
    const { cluster } = this.options;
    const { people } = this.cast.town;
    await this.#stored.readTopicUntilWhole();
    const urls = cluster.gatewayUrls;
    const view = (person: Town['people'][number], index: number): Promise<UserView> =>
      readView(urls[index % urls.length] ?? '', person, new Map());
    this.#views = await Promise.all(people.map(view));
    return this.#newFindings();
  }

  async end(): Promise<void> {
    await this.#crowd.end();
    await Promise.all(this.cast.sdkPeople.map((person) => person.end()));
  }

  #start(): void {
    this.#crowd.start();
    for (const person of this.cast.sdkPeople) person.start(this.cast.sdkConversations);
  }

  async #rest(): Promise<void> {
    await this.#crowd.rest();
    await Promise.all(this.cast.sdkPeople.map((person) => person.rest()));
    await Promise.all(this.cast.sdkPeople.map((person) => person.sent()));
  }

  #newFindings(): readonly Finding[] {
    return findingsOf(this.evidence).filter(({ checker, text }) => {
      const key = `${checker} ${text}`;
      const isNew = !this.#known.has(key);
      this.#known.add(key);
      return isNew;
    });
  }
}
