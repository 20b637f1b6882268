import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const START_MAX_MS = 60_000;
const STOP_MAX_MS = 30_000;
const OUTPUT_MAX_CHARACTERS = 65_536;

export type ProgramOptions = {
  /** Path of the built program. */
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
  /** The line that says it serves: first its address, then its pid. */
  readonly ready: RegExp;
  /** A program and its arguments to run it under, such as a tracer. */
  readonly under?: readonly string[];
};

export type ServerExit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** A server as an operating system process of its own, seen from outside only. */
export type ServerProcess = {
  readonly url: string;
  readonly pid: number;
  readonly exited: Promise<ServerExit>;
  /** What it wrote to standard error so far. */
  readonly errorOutput: () => string;
  /** What it wrote to standard output so far. */
  readonly output: () => string;
  /** SIGKILL: nothing of it runs any more when this resolves. */
  readonly kill: () => Promise<ServerExit>;
  /** SIGTERM; SIGKILL when it does not end in 30 s, which is an error. */
  readonly stop: () => Promise<ServerExit>;
};

/** The server ended before it was ready, or was not ready in time. */
export class ServerNotReadyError extends Error {
  override readonly name = 'ServerNotReadyError';

  constructor(
    readonly exit: ServerExit,
    readonly errorOutput: string,
    readonly output: string,
  ) {
    super(`the server did not start (${exit.signal ?? `exit code ${exit.code}`}): ${errorOutput || output}`);
  }
}

/** A process of the server that may or may not come to listen. */
export type LaunchedServer = {
  readonly ready: Promise<ServerProcess>;
  readonly exited: Promise<ServerExit>;
  readonly kill: () => Promise<ServerExit>;
};

/** Keeps the last part of what a stream says. */
const collect = (stream: NodeJS.ReadableStream): (() => string) => {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => (text = (text + chunk).slice(-OUTPUT_MAX_CHARACTERS)));
  return () => text;
};

export const signalTo = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

const endWithin = async (exited: Promise<ServerExit>, pid: number): Promise<ServerExit> => {
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    signalTo(pid, 'SIGKILL');
  }, STOP_MAX_MS);
  const exit = await exited;
  clearTimeout(timer);
  if (isLate) throw new Error(`the server did not end within ${STOP_MAX_MS} ms of SIGTERM`);
  return exit;
};

const exitOf = async (child: ChildProcess): Promise<ServerExit> => {
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal };
};

const running = new Set<() => Promise<ServerExit>>();

/** Ends every server that this process started and that still runs, such as those of a test that failed. */
export const killRunningServers = async (): Promise<void> => {
  await Promise.all([...running].map((kill) => kill()));
};

/** `ready` rejects with `ServerNotReadyError`. */
export const launchProgram = ({ file, env, ready: readyLine, under = [] }: ProgramOptions): LaunchedServer => {
  const [program, ...args] = [...under, process.execPath, file];
  const child = spawn(program as string, args, { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const { stdout, stderr } = child;
  const exited = exitOf(child);
  const errorOutput = collect(stderr);
  const output = collect(stdout);
  let serverPid = child.pid ?? 0;
  const send = (signal: NodeJS.Signals): void => signalTo(serverPid, signal);
  const kill = (): Promise<ServerExit> => {
    send('SIGKILL');
    return exited;
  };
  running.add(kill);
  void exited.then(() => running.delete(kill));
  const stop = (): Promise<ServerExit> => {
    send('SIGTERM');
    return endWithin(exited, serverPid);
  };
  const ready = new Promise<ServerProcess>((resolve, reject) => {
    const timer = setTimeout(() => send('SIGTERM'), START_MAX_MS);
    createInterface({ input: stdout }).on('line', (line) => {
      const [, url, pid] = readyLine.exec(line) ?? [];
      if (url === undefined) return;
      clearTimeout(timer);
      serverPid = Number(pid);
      resolve({ url, pid: serverPid, exited, errorOutput, output, kill, stop });
    });
    void exited.then((exit) => {
      clearTimeout(timer);
      reject(new ServerNotReadyError(exit, errorOutput().trim(), output().trim()));
    }, reject);
  });
  ready.catch(() => {}); // whoever only kills it never asks
  return { ready, exited, kill };
};
