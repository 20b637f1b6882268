import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineProcess, EngineStartError } from './engine-process.js';
import type { EnginePlace, EngineProgram, Found } from './engine-program.js';
import { isListening } from './exchange.js';
import { freePort } from './free-port.js';
import type { EngineName } from './installation.js';
import { ProcessKeeper } from './process-keeper.js';

/** Kafka takes 4 s alone on a machine, and many times that beside a full test run on two cores. */
const START_MAX_MS = 90_000;
const PORT_TRIES = 5;
/** For the hook of a suite that starts engines: longer than a start may take, so that the start's own error is seen. */
export const ENGINE_HOOK_MAX_MS = START_MAX_MS + 30_000;

export type StartOptions = {
  /** A free one unless given. */
  readonly port?: number;
  /** Made where it is missing, and kept. Without one: a temporary folder, removed with `dispose` or with this process. */
  readonly directory?: string;
  /** Kafka only: the port that clients are told to connect to, for a broker behind a proxy. */
  readonly advertisedPort?: number;
  /** Further arguments of the engine's own, such as `--requirepass` of Redis. */
  readonly args?: readonly string[];
};

/** A server on 127.0.0.1 that this process has started and that never outlives it. */
export type RunningEngine = {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** Of the present run: another one after `restart`. */
  readonly pid: number;
  readonly isRunning: boolean;
  /** Resolves when the present run is over, with its exit code or signal. */
  readonly ended: () => Promise<string>;
  /** The last 64 kB that the present run printed. */
  readonly output: () => string;
  /** SIGTERM, and waits; SIGKILL after 20 s. The data stays for `restart`. */
  readonly stop: () => Promise<void>;
  /** SIGKILL, and waits. */
  readonly kill: () => Promise<void>;
  /** On the same port with the same data, whether it runs (it is stopped then), was stopped or was killed. */
  readonly restart: () => Promise<void>;
  /** SIGSTOP: connections stay open, new ones are accepted by the system, nothing is answered. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Stops it and removes its temporary folder: it cannot be started again. */
  readonly dispose: () => Promise<void>;
};

const HOST = '127.0.0.1';

type Run = {
  readonly name: EngineName;
  readonly program: EngineProgram;
  readonly found: Found;
  readonly options: StartOptions;
};

const launch = async (run: Run, place: EnginePlace, keeper: ProcessKeeper): Promise<EngineProcess> => {
  const { name, program, found, options } = run;
  // Whoever listens there would answer in its place.
  if (await isListening(place.port))
    throw new EngineStartError(name, `found its address already in use: ${place.port}`);
  await program.prepare?.(found, place);
  const { file, leading, env } = found;
  const command = {
    file,
    args: [...leading, ...program.args(place), ...(options.args ?? [])],
    env,
    directory: place.directory,
  };
  const running = new EngineProcess(command, keeper);
  await running.untilItAnswers(name, (output) => program.answers(place.port, output), START_MAX_MS);
  return running;
};

const makeDirectory = async (name: EngineName, directory: string | undefined): Promise<string> => {
  if (directory === undefined) return mkdtemp(join(tmpdir(), `verbatim-${name}-`));
  await mkdir(directory, { recursive: true });
  return directory;
};

const choosePlace = async ({ port, advertisedPort }: StartOptions, directory: string): Promise<EnginePlace> => {
  const chosen = port ?? (await freePort());
  return { port: chosen, innerPort: await freePort(), advertisedPort: advertisedPort ?? chosen, directory };
};

/** Somebody else may take a port between our look and the engine's: another one is tried, unless it was asked for. */
const launchSomewhere = async (run: Run, directory: string, keeper: ProcessKeeper) => {
  for (let attempt = 1; ; attempt += 1) {
    const place = await choosePlace(run.options, directory);
    try {
      return { place, first: await launch(run, place, keeper) };
    } catch (error) {
      const isCollision = error instanceof EngineStartError && error.isPortTaken;
      if (!isCollision || run.options.port !== undefined || attempt === PORT_TRIES) throw error;
    }
  }
};

/** @throws EngineStartError */
export const startEngine = async (run: Run): Promise<RunningEngine> => {
  const { options } = run;
  const directory = await makeDirectory(run.name, options.directory);
  const keeper = new ProcessKeeper(options.directory === undefined ? directory : null);
  const { place, first } = await launchSomewhere(run, directory, keeper).catch(async (error: unknown) => {
    await keeper.dispose();
    throw error;
  });
  let current = first;
  return {
    url: run.program.url(place.port, first.output),
    host: HOST,
    port: place.port,
    get pid() {
      return current.pid;
    },
    get isRunning() {
      return current.isRunning;
    },
    ended: () => current.ended,
    output: () => current.output,
    stop: () => current.stop(),
    kill: () => current.kill(),
    restart: async () => {
      await current.stop();
      current = await launch(run, place, keeper);
    },
    pause: () => current.signal('SIGSTOP'),
    resume: () => current.signal('SIGCONT'),
    dispose: async () => {
      await current.stop();
      await keeper.dispose();
    },
  };
};
