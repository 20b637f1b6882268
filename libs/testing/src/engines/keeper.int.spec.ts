import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { describeWithEngines } from './describe-with-engine.js';
import { connection, type Folder, gone, makeFolder } from './engines.fixtures.js';
import { isListening } from './exchange.js';
import { fileOfCopy } from './installation.js';
import { ENGINE_HOOK_MAX_MS } from './running-engine.js';
import { join } from 'node:path';

const GONE_MAX_MS = 10_000;
const NAMES = ['kafka', 'redis', 'ferretdb', 'mongo-java-server', 'toxiproxy'] as const;
const DOOR = fileOfCopy('libs/testing/dist/engines/index.js');

/** Starts the engines, says their ports, and would run for ever. */
const STARTER = `
  import { engine } from ${JSON.stringify(DOOR)};
  const started = await Promise.all(${JSON.stringify(NAMES)}.map((name) => engine(name).start()));
  console.log(JSON.stringify(started.map(({ port }) => port)));
  setInterval(() => {}, 1_000);`;

const startElsewhere = async (temporaryFolder: string) => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', STARTER], {
    env: { ...process.env, TMPDIR: temporaryFolder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const failed = once(child, 'exit').then(([code]) => Promise.reject(new Error(`it ended with exit code ${code}`)));
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), failed])) as [string];
  failed.catch(() => {}); // from here on its end is the test
  return { child, ports: JSON.parse(line) as number[] };
};

describe('the end of the process that started engines', () => {
  describeWithEngines(NAMES, () => {
    let folder: Folder;
    beforeEach(() => {
      folder = makeFolder();
    });
    afterEach(() => folder.remove());

    it.each(['SIGKILL', 'SIGTERM'] as const)(
      'by %s ends them all and removes their folders',
      async (signal) => {
        const { child, ports } = await startElsewhere(folder.path);
        const folders = readdirSync(folder.path);
        expect(folders).toHaveLength(NAMES.length);
        const sockets = await Promise.all(ports.map((port) => connection(port)));
        const closed = sockets.map((socket) => once(socket.resume(), 'close'));
        child.kill(signal);
        await Promise.all(closed);
        await Promise.all(folders.map((each) => gone(folder.path, join(folder.path, each), GONE_MAX_MS)));
        expect(await Promise.all(ports.map((port) => isListening(port)))).toEqual(ports.map(() => false));
      },
      ENGINE_HOOK_MAX_MS,
    );
  });
});
