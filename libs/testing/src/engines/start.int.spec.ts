import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineProgram } from './engine-program.js';
import { EngineProcess, EngineStartError } from './engine-process.js';
import { connection, type Folder, makeFolder } from './engines.fixtures.js';
import { isListening } from './exchange.js';
import { freePort } from './free-port.js';
import { ProcessKeeper } from './process-keeper.js';
import { startEngine } from './running-engine.js';

const CASE_MAX_MS = 30_000;
const PATIENCE_MS = 300;

let folder: Folder;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.remove());

const LISTENS = `require('node:net').createServer(() => {}).listen(Number(process.argv[1]), '127.0.0.1');`;
const REFUSES_ITS_FIRST_PORT = `
  const fs = require('node:fs');
  const seen = process.argv[2] + '/first-port';
  if (!fs.existsSync(seen)) {
    fs.writeFileSync(seen, process.argv[1]);
    throw new Error('listen EADDRINUSE: address already in use');
  }
  ${LISTENS}`;

/** An engine that is a program of Node's; its arguments are the port and the folder. */
const engineOf = (source: string, options: { readonly port?: number } = {}) => ({
  name: 'redis' as const,
  found: { found: true as const, version: '1', file: process.execPath, leading: ['-e', source, '--'], env: {} },
  program: {
    locate: () => ({ found: false, reason: 'nobody asks' }),
    args: ({ port, directory }) => [String(port), directory],
    url: (port) => `tcp://127.0.0.1:${port}`,
    answers: (port) => isListening(port),
  } satisfies EngineProgram,
  options: { directory: folder.path, ...options },
});

const refusalOf = (started: Promise<unknown>): Promise<unknown> =>
  started.then(
    () => null,
    (error: unknown) => error,
  );

describe('starting an engine', () => {
  it(
    'takes another port when somebody was faster at the first',
    async () => {
      const running = await startEngine(engineOf(REFUSES_ITS_FIRST_PORT));
      expect(running.port).not.toBe(Number(readFileSync(join(folder.path, 'first-port'), 'utf8')));
      expect(await isListening(running.port)).toBe(true);
      await running.dispose();
    },
    CASE_MAX_MS,
  );

  it(
    'takes no other port than the one that was asked for',
    async () => {
      const port = await freePort();
      const refusal = await refusalOf(startEngine(engineOf(REFUSES_ITS_FIRST_PORT, { port })));
      expect(refusal).toMatchObject({ isPortTaken: true });
      expect(readFileSync(join(folder.path, 'first-port'), 'utf8')).toBe(String(port));
    },
    CASE_MAX_MS,
  );

  it(
    'ends with what the engine said when that ends before it answers',
    async () => {
      const source = `console.log('opening'); console.error('the disk is on fire'); process.exit(3)`;
      const refusal = await refusalOf(startEngine(engineOf(source)));
      expect(refusal).toBeInstanceOf(EngineStartError);
      expect(String(refusal)).toMatch(/ended before it answered \(exit code 3\)[^]*the disk is on fire/);
    },
    CASE_MAX_MS,
  );

  it('ends with the reason when there is no such program', async () => {
    const engine = engineOf(LISTENS);
    const started = startEngine({ ...engine, found: { ...engine.found, file: join(folder.path, 'none') } });
    expect(String(await refusalOf(started))).toContain('ENOENT');
  });

  it(
    'kills what does not answer in time, and tells its last words',
    async () => {
      const keeper = new ProcessKeeper(null);
      const source = `console.log('looking for a leader'); setInterval(() => {}, 1_000)`;
      const command = { file: process.execPath, args: ['-e', source], env: {}, directory: folder.path };
      const silent = new EngineProcess(command, keeper);
      const { promise: hasSpoken, resolve: said } = Promise.withResolvers<boolean>();
      const notYet = async (output: string): Promise<boolean> => {
        if (output === '') return false;
        said(true);
        return false;
      };
      const patient = refusalOf(silent.untilItAnswers('redis', notYet, CASE_MAX_MS));
      await hasSpoken;
      const refusal = await refusalOf(silent.untilItAnswers('redis', notYet, PATIENCE_MS));
      expect(String(refusal)).toMatch(/did not answer within 300 ms[^]*looking for a leader/);
      expect(silent.isRunning).toBe(false);
      expect(String(await patient)).toContain('SIGKILL');
      await keeper.dispose();
    },
    CASE_MAX_MS,
  );
});

describe('a folder that an engine was not given', () => {
  it(
    'is temporary: it stays over a kill and a restart, and goes with the engine',
    async () => {
      const tells = `console.log('in ' + process.argv[2] + ' now'); ${LISTENS}`;
      const running = await startEngine({ ...engineOf(tells), options: {} });
      const directory = /in (\S+) now/.exec(running.output())?.[1] ?? '';
      await running.kill();
      expect(existsSync(directory)).toBe(true);
      await running.restart();
      const socket = await connection(running.port);
      socket.destroy();
      await running.dispose();
      expect(existsSync(directory)).toBe(false);
    },
    CASE_MAX_MS,
  );
});

describe('a free port', () => {
  it('is given once', async () => {
    const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()));
    expect(new Set(ports).size).toBe(50);
  });

  it('is not one of those that outgoing connections get', async () => {
    expect(await freePort()).toBeLessThan(32_768);
  });
});
