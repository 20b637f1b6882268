import Database from 'better-sqlite3';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { killRunningServers, makeDataFolder, runProgram } from '@verbatim/testing/scenario';
import { Campaign, type CampaignResult } from './campaign/campaign.js';
import { findingsIn } from './checkers/index.js';
import { PLANTED_FAULTS } from './planted-faults.js';

/** `npm run test:crash` asks for 200. */
const RESTARTS = Number(process.env['CRASH_RESTARTS'] ?? 6);
const SEED = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);
const CAMPAIGN_MAX_MS = 60_000 + RESTARTS * 15_000;

const VERIFY = 'apps/projector/dist/cli/verify.main.js';

const changeOneDocument = (file: string): void => {
  const db = new Database(file);
  const tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'inbox_v1_marks%'";
  const table = db.prepare<[], string>(tables).pluck().get();
  db.exec(`UPDATE ${table} SET read_seq = read_seq + 1 WHERE id = (SELECT min(id) FROM ${table})`);
  db.close();
};

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

  it('leaves read models that a fresh replay finds right', async () => {
    const { code, output } = await runProgram(VERIFY, { DATA_DIR: data.path });
    expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/ 0 differ from a replay\n$/) });
  });

  it('would have been caught by verify had a read model gone wrong', async () => {
    const copy = makeDataFolder('crash-tampered');
    cpSync(data.path, copy.path, { recursive: true });
    changeOneDocument(join(copy.path, 'read-models.db'));
    const { code, output } = await runProgram(VERIFY, { DATA_DIR: copy.path });
    copy.remove();
    expect({ code, output }).toEqual({ code: 1, output: expect.stringMatching(/ 1 differ from a replay\n$/) });
  });

  it.each(PLANTED_FAULTS)('would have been caught had it $name', ({ checker, plant }) => {
    const planted = findingsIn(plant(result.evidence));
    expect(planted.map((finding) => finding.checker)).toContain(checker);
  });
});
