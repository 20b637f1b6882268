import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import {
  killRunningServers,
  makeDataFolder,
  randomSource,
  requestHttp,
  startServer,
  type ServerProcess,
} from '@verbatim/testing/scenario';
import { foundTown, type Town } from './campaign/town.js';
import { Witness } from './campaign/witness.js';
import { makeTracedFolder, tracerProblem, withFault, type Fault } from './power-cut/tracer.js';

const SEED = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);
const CASE_MAX_MS = 120_000;
/** Calls on the file in question before the first that fails: past the founding of the town. */
const SYNCS_BEFORE = 60;
const WRITES_BEFORE = 500;
const WRITES_THAT_FAIL = 400;

const problem = tracerProblem();
const whenTraceable = problem === null ? describe : describe.skip;
const note = problem === null ? `CRASH_SEED=${SEED}` : `skipped: ${problem}`;

type Scene = {
  readonly folder: string;
  readonly server: ServerProcess;
  readonly town: Town;
  readonly witness: Witness;
};

whenTraceable(`a server on a failing disk (${note})`, () => {
  const parents = new Set<ReturnType<typeof makeDataFolder>>();
  afterEach(killRunningServers);
  afterAll(() => parents.forEach((parent) => parent.remove()));

  const startWith = async (faultIn: (folder: string) => Fault): Promise<Scene> => {
    const parent = makeDataFolder('fault');
    parents.add(parent);
    const folder = makeTracedFolder(realpathSync(parent.path));
    const server = await startServer({ dataDirectory: folder, under: withFault(faultIn(folder)) });
    const town = await foundTown(server.url);
    return { folder, server, town, witness: new Witness(folder, town, randomSource(SEED)) };
  };

  /** Loads the server until it ended or gave so many answers. */
  const load = async ({ server, witness }: Scene, answers: number): Promise<void> => {
    let left = answers;
    const running = witness.newLoad(server.url, () => {
      left -= 1;
      if (left === 0) running.stop();
    });
    await running.run();
  };

  const restartAndLook = async ({ folder, town, witness }: Scene): Promise<void> => {
    await Promise.all(town.devices.map(async ({ socket }) => socket?.closed));
    const server = await startServer({ dataDirectory: folder });
    await witness.look(server.url, 'news');
    await witness.retryOpen(witness.newLoad(server.url), 1);
    await witness.look(server.url, 'whole');
    await server.stop();
  };

  const failingSyncs = (name: string) => (folder: string) => ({
    calls: 'fsync,fdatasync',
    inject: `error=EIO:when=${SYNCS_BEFORE}+`,
    files: [join(folder, name)],
  });

  it(
    'ends without a word of failure when the log cannot be synced, and has everything after a restart',
    async () => {
      const scene = await startWith(failingSyncs('events.db-wal'));
      await load(scene, 100_000);
      const { code, signal } = await scene.server.exited;
      expect({ code, signal }).toEqual({ code: 1, signal: null });
      expect(scene.server.errorOutput()).toMatch(/log/);
      await restartAndLook(scene);
      expect(scene.witness.journal.sends.some(({ unanswered }) => unanswered > 0)).toBe(true);
      expect(scene.witness.findings).toEqual([]);
    },
    CASE_MAX_MS,
  );

  it(
    'ends when State cannot be synced, and has every account that it confirmed',
    async () => {
      const scene = await startWith(failingSyncs('state.db-wal'));
      const names: string[] = [];
      const register = async (): Promise<number | null> => {
        const body = { userName: `late-${names.length}`, password: 'a long enough password' };
        const request = requestHttp(scene.server.url, '/v1/auth/register', { method: 'POST', body });
        return request.then(
          ({ status }) => status,
          () => null,
        );
      };
      let status = await register();
      for (; status === 201; status = await register()) names.push(`late-${names.length}`);
      expect([null, 503]).toContain(status); // a 4xx would say that nothing was kept
      const { code, signal } = await scene.server.exited;
      expect({ code, signal }).toEqual({ code: 1, signal: null });
      const server = await startServer({ dataDirectory: scene.folder });
      const ask = async (path: string, userName: string): Promise<number> => {
        const body = { userName, password: 'a long enough password' };
        return (await requestHttp(server.url, path, { method: 'POST', body })).status;
      };
      // The last one is unknown: it is made anew, or it is there and its password holds.
      const last = `late-${names.length}`;
      expect([201, 409]).toContain(await ask('/v1/auth/register', last));
      for (const userName of [...names, last])
        expect({ userName, status: await ask('/v1/auth/login', userName) }).toEqual({ userName, status: 200 });
      await server.stop();
    },
    CASE_MAX_MS,
  );

  it(
    'answers log-full while the disk is full, goes on reading, and takes messages again when there is room',
    async () => {
      const scene = await startWith((folder) => ({
        calls: 'pwrite64',
        inject: `error=ENOSPC:when=${WRITES_BEFORE}..${WRITES_BEFORE + WRITES_THAT_FAIL}`,
        files: [join(folder, 'events.db-wal')],
      }));
      const { server, town, witness } = scene;
      const fullAt: number[] = [];
      const reads: number[] = [];
      const [reader] = town.devices;
      let answers = 0;
      const running = witness.newLoad(server.url, (answer) => {
        answers += 1;
        if (answer?.kind === 'open' && answer.code === 'log-full') fullAt.push(answers);
        const isFirst = fullAt.length === 1 && reads.length === 0;
        if (isFirst) reads.push(0);
        if (isFirst)
          void requestHttp(server.url, '/v1/inbox', { token: reader?.token ?? '' }).then(
            ({ status }) => (reads[0] = status),
          );
        if (answers - (fullAt.at(-1) ?? answers) > 200) running.stop();
      });
      await running.run();
      expect(fullAt.length).toBeGreaterThan(0);
      expect(reads).toEqual([200]);
      await witness.retryOpen(witness.newLoad(server.url), 1);
      await witness.look(server.url, 'whole');
      expect(witness.findings).toEqual([]);
      expect((await server.stop()).code).toBe(0);
    },
    CASE_MAX_MS,
  );

  it(
    'is only slower on a disk that takes 5 ms for a sync',
    async () => {
      const scene = await startWith(() => ({ calls: 'fsync,fdatasync', inject: 'delay_exit=5000' }));
      await load(scene, 400);
      await scene.witness.look(scene.server.url, 'whole');
      expect(scene.witness.findings).toEqual([]);
      expect(scene.witness.evidence.log.length).toBeGreaterThan(100);
      expect((await scene.server.stop()).code).toBe(0);
    },
    CASE_MAX_MS,
  );
});
