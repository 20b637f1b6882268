import { writeFileSync } from 'node:fs';
import { describeWithEngines } from '@verbatim/testing/engines';
import { findingsOf } from './checks/findings.js';
import { OUTAGE_FAULTS } from './checks/planted-faults.js';
import { Cluster, ENGINES } from './scene/cluster.js';
import { OutageCampaign } from './scene/campaign.js';
import { outageTable, type OutageRow } from './scene/outage-row.js';
import { DURABLE_OUTAGES, OUTAGES, type Outage } from './scene/outage.js';

/** `npm run test:outages` asks for 30 s. */
const LASTS_MS = Number(process.env['OUTAGE_LASTS_MS'] ?? 0);
const SENDS_MIN = 50;
const SEED = Number(process.env['OUTAGE_SEED'] ?? Date.now() % 1_000_000);
/** Only outages whose name this regular expression finds; all when empty. */
const ONLY = new RegExp(process.env['OUTAGE_ONLY'] ?? '');
const TABLE_FILE = process.env['OUTAGE_TABLE'];
const isChosen = ({ name }: Outage): boolean => ONLY.test(name);

const START_MAX_MS = 180_000;
const OUTAGE_MAX_MS = 300_000 + LASTS_MS;
const rows: OutageRow[] = [];

const showTable = (): void => {
  const table = outageTable(rows);
  process.stderr.write(`\n${table}\n`);
  if (TABLE_FILE !== undefined) writeFileSync(TABLE_FILE, `${table}\n`);
};

const describeOutagesOn = (mongoName: 'ferretdb' | 'mongo-java-server', outages: readonly Outage[]): void => {
  if (outages.length === 0) return;
  describeWithEngines([...ENGINES, mongoName], (engines) => {
    let cluster: Cluster;
    let campaign: OutageCampaign;

    beforeAll(async () => {
      cluster = await Cluster.start(engines, engines[mongoName]);
      const onProgress = (line: string): void => void process.stderr.write(`outage: ${line}\n`);
      const options = { seed: SEED, sendsMin: SENDS_MIN, lastsMinMs: LASTS_MS, onProgress };
      campaign = await OutageCampaign.found({ ...options, cluster });
    }, START_MAX_MS);
    afterAll(async () => {
      rows.push(...campaign.rows);
      showTable();
      await campaign.end();
      await cluster.close();
    }, START_MAX_MS);

    it.each(outages)(
      'people at two gateways lose, double and leak nothing, and have everything afterwards: $name',
      async (outage) => {
        const findings = await campaign.run(outage);
        expect(findings.slice(0, 20)).toEqual([]);
      },
      OUTAGE_MAX_MS,
    );

    it(
      'people are shown what the log says, and the topic has it',
      async () => {
        expect((await campaign.look()).slice(0, 20)).toEqual([]);
      },
      OUTAGE_MAX_MS,
    );

    it(
      'read models equal a fresh replay',
      async () => {
        expect(await cluster.verify()).toBe('');
      },
      OUTAGE_MAX_MS,
    );

    it.each(OUTAGE_FAULTS)('would have been noticed, had the service $name', ({ checker, plant }) => {
      const planted = findingsOf(plant(campaign.evidence));
      expect(planted.map((finding) => finding.checker)).toContain(checker);
    });
  });
};

describe(`outages, OUTAGE_SEED=${SEED}`, () => {
  describeOutagesOn('mongo-java-server', OUTAGES.filter(isChosen));
  describeOutagesOn('ferretdb', DURABLE_OUTAGES.filter(isChosen));
});
