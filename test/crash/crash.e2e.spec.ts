import { killRunningServers, makeDataFolder } from '@verbatim/testing/scenario';
import { Campaign, type CampaignResult } from './campaign/campaign.js';
import { findingsIn } from './checkers/index.js';
import { PLANTED_FAULTS } from './planted-faults.js';

/** `npm run test:crash` asks for 200. */
const RESTARTS = Number(process.env['CRASH_RESTARTS'] ?? 6);
const SEED = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);
const CAMPAIGN_MAX_MS = 60_000 + RESTARTS * 15_000;

describe(`a server that is killed ${RESTARTS} times under load on one data directory (CRASH_SEED=${SEED})`, () => {
  const data = makeDataFolder('crash');
  let result: CampaignResult;

  beforeAll(async () => {
    const onProgress = (line: string): void => void process.stderr.write(`${line}\n`);
    const options = { dataDirectory: data.path, restarts: RESTARTS, seed: SEED, onProgress };
    result = await new Campaign(options).run();
  }, CAMPAIGN_MAX_MS);
  afterAll(async () => {
    await killRunningServers();
    data.remove();
  });

  it('loses, doubles, invents, reorders and leaks nothing, and shows what the log says', () => {
    expect(result.findings.slice(0, 20)).toEqual([]);
  });

  it('was at work when it was killed', () => {
    const { log, sends, views } = result.evidence;
    expect(result.ends.killed).toBeGreaterThan(RESTARTS / 2);
    expect(sends.filter(({ acks }) => acks.length > 0).length).toBeGreaterThan(RESTARTS * 10);
    expect(sends.some(({ acks }) => acks.length > 1)).toBe(true);
    expect(log.some(({ type }) => type === 'MemberRemoved' || type === 'MemberLeft')).toBe(true);
    expect(views).toHaveLength(6);
  });

  it.each(PLANTED_FAULTS)('would have been caught had it $name', ({ checker, plant }) => {
    const planted = findingsIn(plant(result.evidence));
    expect(planted.map((finding) => finding.checker)).toContain(checker);
  });
});
