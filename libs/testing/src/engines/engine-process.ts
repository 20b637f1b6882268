import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessKeeper } from './process-keeper.js';

const OUTPUT_MAX_CHARACTERS = 65_536;
const TOLD_MAX_CHARACTERS = 2_000;
const POLL_MS = 50;
/** From SIGTERM to SIGKILL. Kafka waits some seconds for a controller that hangs. */
const STOP_MAX_MS = 20_000;
const PORT_TAKEN = /address (is )?already in use|EADDRINUSE|BindException/i;

export type Command = {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string;
};

/** It ended before it answered, or did not answer in time. The message ends with what it printed last. */
export class EngineStartError extends Error {
  override readonly name = 'EngineStartError';
  /** Whether somebody else listened at its port. */
  readonly isPortTaken: boolean;

  constructor(engine: string, what: string, output = '') {
    super(`${engine} ${what}; its last output:\n${output.trim().slice(-TOLD_MAX_CHARACTERS) || '(none)'}`);
    this.isPortTaken = PORT_TAKEN.test(what) || PORT_TAKEN.test(output);
  }
}

/** One run of an engine's program, from its start to its end. */
export class EngineProcess {
  readonly pid: number;
  /** Resolves when nothing of it runs any more, with how it ended. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  #output = '';
  #end: string | null = null;

  constructor(command: Command, keeper: ProcessKeeper) {
    this.#child = spawn(command.file, command.args, {
      cwd: command.directory,
      env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? command.directory, ...command.env },
      stdio: ['pipe', 'pipe', 'pipe'], // standard input stays open: some end with it
      detached: true, // Ctrl-C at the terminal is for us: we stop it
    });
    this.pid = this.#child.pid ?? 0;
    if (this.pid !== 0) keeper.watch(this.pid);
    this.ended = new Promise((resolve) => {
      const end = (how: string): void => {
        this.#end ??= how;
        keeper.watch(null);
        resolve(this.#end);
      };
      this.#child.on('error', (error) => end(error.message));
      this.#child.on('exit', (code, signal) => end(signal ?? `exit code ${code}`));
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        this.#output = (this.#output + chunk).slice(-OUTPUT_MAX_CHARACTERS);
      });
    }
    for (const stream of this.#child.stdio) (stream as Socket | null | undefined)?.unref();
    this.#child.stdin?.on('error', () => {}); // it ended
    this.#child.unref(); // a suite that forgets it can end; the keeper then kills it
  }

  get output(): string {
    return this.#output;
  }

  get isRunning(): boolean {
    return this.#end === null;
  }

  /** @throws EngineStartError, and then it has been killed */
  async untilItAnswers(
    engine: string,
    answers: (output: string) => Promise<boolean>,
    startMaxMs: number,
  ): Promise<void> {
    const giveUpAtMs = performance.now() + startMaxMs;
    for (;;) {
      const isAnswer = this.isRunning && (await answers(this.#output));
      if (!this.isRunning) throw new EngineStartError(engine, `ended before it answered (${this.#end})`, this.#output);
      if (isAnswer) return;
      if (performance.now() > giveUpAtMs) {
        await this.kill();
        throw new EngineStartError(engine, `did not answer within ${startMaxMs} ms`, this.#output);
      }
      await delay(POLL_MS);
    }
  }

  /** Does nothing to a process that has ended: its number may be another's. */
  signal(signal: NodeJS.Signals): void {
    if (this.isRunning && this.pid !== 0) this.#child.kill(signal);
  }

  async kill(): Promise<void> {
    this.#child.ref();
    this.signal('SIGKILL');
    await this.ended;
  }

  /** SIGTERM, also to one that is paused; SIGKILL when it takes longer than 20 s. */
  async stop(): Promise<void> {
    const timer = setTimeout(() => this.signal('SIGKILL'), STOP_MAX_MS);
    this.signal('SIGTERM');
    this.signal('SIGCONT');
    await this.ended;
    clearTimeout(timer);
  }
}
