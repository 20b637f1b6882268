import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { killRunningServers, makeDataFolder, startServer } from '@verbatim/testing/scenario';
import { Device, logIn } from './campaign/person.js';
import { readView } from './campaign/views.js';
import { wrongViews } from './checkers/view-checker.js';
import { recordServer, type Recording } from './power-cut/recording.js';
import { rebuildAt, replayPowerCuts, type ReplayReport } from './power-cut/replay.js';
import { addShown, noFacts } from './power-cut/shown-facts.js';
import { tracerProblem } from './power-cut/tracer.js';
import { readRawLog } from './raw-log.js';

/** Each cut gives four states; `npm run test:power-cut` asks for 50 cuts. */
const CUTS = Number(process.env['POWER_CUTS'] ?? 6);
const CUTS_OF_THE_UNSAFE = 3;
const RESTARTED_STATES = Math.max(1, Math.floor(CUTS / 6));
const ANSWERS = 100 + CUTS * 10;
const SEED = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);
const RECORDING_MAX_MS = 120_000;
const REPLAY_MAX_MS = 60_000 + CUTS * 8_000;

const problem = tracerProblem();
const whenTraceable = problem === null ? describe : describe.skip;
const note = problem === null ? `CRASH_SEED=${SEED}` : `skipped: ${problem}`;
const progress = (states: number): void => {
  if (CUTS > 20 && states % 40 === 0) process.stderr.write(`power cut ${states} of ${CUTS * 4} states\n`);
};

whenTraceable(`a power cut under the whole server (${note})`, () => {
  const parent = makeDataFolder('power-cut');
  const rebuilt = makeDataFolder('power-cut-state', 'memory');
  let recording: Recording;
  const replay = (steps: Recording['steps'], cuts: number): Promise<ReplayReport> => {
    const options = { folder: recording.folder, workFolder: join(rebuilt.path, 'data'), cuts, seed: SEED };
    return replayPowerCuts(steps, { ...options, onProgress: progress });
  };

  beforeAll(async () => {
    recording = await recordServer({ parent: parent.path, answers: ANSWERS, seed: SEED });
  }, RECORDING_MAX_MS);
  afterAll(async () => {
    await killRunningServers();
    parent.remove();
    rebuilt.remove();
  });

  it('is recorded with every acknowledgement that reached a client', () => {
    const shown = noFacts();
    for (const step of recording.steps) if (step.kind === 'said') addShown(shown, step.text);
    const acks = recording.journal.sends.flatMap((send) => send.acks);
    const missing = acks.filter(({ conversationId, seq }) => !shown.messages.has(`${conversationId}@${seq}`));
    expect(acks.length).toBeGreaterThan(ANSWERS / 4);
    expect(missing).toEqual([]);
    expect(shown.userIds.size).toBe(6);
  });

  it(
    'loses nothing that was shown, leaves no hole, and no marker ahead of the log',
    async () => {
      const report = await replay(recording.steps, CUTS);
      expect(report.damaged.slice(0, 5)).toEqual([]);
      expect(report.states).toBe(CUTS * 4);
      expect(report.shownMessages).toBeGreaterThan(ANSWERS / 4);
    },
    REPLAY_MAX_MS,
  );

  it(
    'would lose messages were the log not synced before the answer',
    async () => {
      const isSyncOfWal = ({ path }: { path: string }): boolean => path.endsWith('events.db-wal');
      const unsynced = recording.steps.filter((step) => step.kind !== 'sync-done' || !isSyncOfWal(step.sync));
      const report = await replay(unsynced, CUTS_OF_THE_UNSAFE);
      expect(report.damaged.flatMap(({ damage }) => damage.map(({ kind }) => kind))).toContain('lost-message');
    },
    REPLAY_MAX_MS,
  );

  it(
    'would lose accounts were they not synced before the answer',
    async () => {
      const unsynced = recording.steps.filter(
        (step) => step.kind !== 'sync-done' || !step.sync.path.endsWith('state.db-wal'),
      );
      const report = await replay(unsynced, CUTS_OF_THE_UNSAFE);
      const kinds = report.damaged.flatMap(({ damage }) => damage.map(({ kind }) => kind));
      expect(kinds).toContain('lost-account');
      expect(kinds).not.toContain('lost-message');
    },
    REPLAY_MAX_MS,
  );

  it(
    `leaves files that the server starts on and shows rightly (${RESTARTED_STATES} states)`,
    async () => {
      for (let state = 0; state < RESTARTED_STATES; state += 1) {
        const dataDirectory = join(rebuilt.path, `restarted-${state}`);
        rebuildAt(recording, { at: (state + 0.5) / RESTARTED_STATES, kind: 'some-sectors', seed: SEED, dataDirectory });
        const server = await startServer({ dataDirectory });
        const views = [];
        for (const { userName } of recording.town.people) {
          const device = new Device(userName, await logIn(server.url, userName));
          await device.connect(server.url);
          views.push(await readView(server.url, { userName, userId: device.userId, devices: [device] }, new Map()));
        }
        const log = readRawLog(join(dataDirectory, 'events.db'));
        await server.kill();
        expect(wrongViews({ log, views, sends: [], changes: [], devices: [], surprises: [] })).toEqual([]);
      }
    },
    REPLAY_MAX_MS,
  );
});

whenTraceable(`a power cut under a server with synchronous=NORMAL (${note})`, () => {
  const parent = makeDataFolder('power-cut-normal');
  const rebuilt = makeDataFolder('power-cut-normal-state', 'memory');
  afterAll(async () => {
    await killRunningServers();
    parent.remove();
    rebuilt.remove();
  });

  it(
    'loses messages that were shown',
    async () => {
      const preload = fileURLToPath(new URL('power-cut/synchronous-normal.cjs', import.meta.url));
      expect(existsSync(preload)).toBe(true);
      const env = { NODE_OPTIONS: `--require ${preload}` };
      const { steps, folder } = await recordServer({ parent: parent.path, answers: ANSWERS, seed: SEED, env });
      const workFolder = join(rebuilt.path, 'data');
      const report = await replayPowerCuts(steps, { folder, workFolder, cuts: CUTS_OF_THE_UNSAFE, seed: SEED });
      const kinds = report.damaged.flatMap(({ damage }) => damage.map(({ kind }) => kind));
      expect(kinds).toContain('lost-message');
      expect(report.damaged.length).toBeGreaterThan(report.states / 4);
    },
    RECORDING_MAX_MS + REPLAY_MAX_MS,
  );
});
