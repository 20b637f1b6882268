import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { EngineProgram, Found } from '../engine-program.js';
import { exchange } from '../exchange.js';
import { installationFacts, installationFolder, programOnPath, reasonNotInstalled } from '../installation.js';

const VERSION = /v=((\d+)\.\d+\.\d+)/;
const MIN_MAJOR = 7;
const STARTED = 'Ready to accept connections';

const ofMachine = (): Found | null => {
  const file = programOnPath('redis-server');
  if (file === null) return null;
  const [, version, major] = VERSION.exec(spawnSync(file, ['--version'], { encoding: 'utf8' }).stdout ?? '') ?? [];
  if (version === undefined || Number(major) < MIN_MAJOR) return null;
  return { found: true, version, file, leading: [], env: {} };
};

const ofCache = (): Found | null => {
  const facts = installationFacts('redis');
  if (facts === null) return null;
  const folder = installationFolder('redis');
  const libraries = (facts.libraries ?? []).map((each) => join(folder, each)).join(':');
  const file = join(folder, 'root', 'usr', 'bin', 'redis-server');
  return { found: true, version: facts.version, file, leading: [], env: { LD_LIBRARY_PATH: libraries } };
};

/** The machine's own redis-server, or the one of the cache. Without persistence: empty after every start. */
export const redis: EngineProgram = {
  locate: () => ofMachine() ?? ofCache() ?? { found: false, reason: reasonNotInstalled('redis') },
  args: ({ port, directory }) => [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', directory],
    ...['--save', '', '--appendonly', 'no', '--daemonize', 'no'],
  ],
  url: (port) => `redis://127.0.0.1:${port}`,
  answers: async (port, output) => {
    if (!output.includes(STARTED)) return false;
    const answer = await exchange(port, 'PING\r\n', (received) => received.includes('\n'));
    return /^(\+PONG|-NOAUTH)/.test(answer?.toString('latin1') ?? '');
  },
};
