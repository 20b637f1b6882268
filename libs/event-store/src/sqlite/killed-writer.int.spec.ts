import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Revision, StreamName } from '@verbatim/domain';
import { LogInUseError } from '../errors.js';
import { openLog, temporaryFolder } from './sqlite-log.fixtures.js';

const folder = temporaryFolder();
const writer = fileURLToPath(new URL('./acknowledging-writer.fixtures.ts', import.meta.url));

type Acknowledged = { readonly stream: StreamName; readonly revision: Revision; readonly eventId: string };

/** Runs the writer, kills it without warning once it has acknowledged that many, and gives back all it acknowledged. */
const writeAndKill = async (file: string, count: number, whileRunning = async () => {}): Promise<Acknowledged[]> => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', writer, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const acknowledged: Acknowledged[] = [];
  const lines = createInterface({ input: child.stdout });
  const isEnough = new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      const [, stream, revision, eventId] = line.split(' ') as [string, StreamName, string, string];
      acknowledged.push({ stream, revision: Number(revision) as Revision, eventId });
      if (acknowledged.length === count) resolve();
    });
    lines.on('close', resolve);
  });
  const closed = once(lines, 'close');
  await isEnough;
  await whileRunning();
  child.kill('SIGKILL');
  await closed;
  return acknowledged;
};

/** Starts processes, which takes its time on a busy machine. */
const TIMEOUT_MS = 60_000;

describe('a writer that is killed without warning', () => {
  it(
    'loses nothing it acknowledged, and leaves no lock behind',
    async () => {
      const file = join(folder(), 'events.db');
      const acknowledged: Acknowledged[] = [];
      for (const count of [1, 300, 700]) acknowledged.push(...(await writeAndKill(file, count)));
      const store = await openLog(file);
      for (const { stream, revision, eventId } of acknowledged) {
        const { events } = await store.readStream(stream, { from: revision, maxCount: 1 });
        expect(events[0]).toMatchObject({ revision, eventId });
      }
      expect(acknowledged.length).toBeGreaterThanOrEqual(1_001);
      await store.close();
    },
    TIMEOUT_MS,
  );

  it(
    'keeps every other process out as long as it lives',
    async () => {
      const file = join(folder(), 'owned.db');
      let refusal: unknown;
      await writeAndKill(file, 1, async () => {
        refusal = await openLog(file).catch((error: unknown) => error);
      });
      expect(refusal).toBeInstanceOf(LogInUseError);
    },
    TIMEOUT_MS,
  );
});
