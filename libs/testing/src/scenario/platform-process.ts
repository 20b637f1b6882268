import { fileURLToPath } from 'node:url';
import { type ServerExit, type ServerProcess, launchProgram, signalTo } from './program-process.js';

export type AppName = 'gateway' | 'command-api' | 'projector';

const mainOf = (app: AppName): string =>
  fileURLToPath(new URL(`../../../../apps/${app}/dist/main.js`, import.meta.url));

/** One process of a platform, at the same address over all its lives. */
export class PlatformProcess {
  #current: ServerProcess | null = null;

  /** @param env everything that it reads, its port among it */
  constructor(
    readonly app: AppName,
    readonly url: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** Of the present life. @throws Error when it does not run */
  get pid(): number {
    return this.#running.pid;
  }

  get isRunning(): boolean {
    return this.#current !== null;
  }

  /** What the present life, or the last one, wrote to standard error. */
  errorOutput: () => string = () => '';

  /** Resolves when it serves. @throws ServerNotReadyError */
  async start(): Promise<this> {
    const ready = new RegExp(`^verbatim ${this.app} ready (http://\\S+) pid (\\d+)$`);
    const started = await launchProgram({ file: mainOf(this.app), env: this.env, ready }).ready;
    this.#current = started;
    this.errorOutput = started.errorOutput;
    void started.exited.then(() => {
      if (this.#current === started) this.#current = null;
    });
    return this;
  }

  /** SIGKILL, and waits. */
  kill(): Promise<ServerExit> {
    return this.#running.kill();
  }

  /** SIGTERM, and waits for its orderly end. */
  stop(): Promise<ServerExit> {
    return this.#running.stop();
  }

  /** Starts it again at the same address; ends it in order before if it runs. */
  async restart(): Promise<void> {
    if (this.isRunning) await this.stop();
    await this.start();
  }

  /** SIGSTOP: connections stay open, nothing is answered. */
  pause(): void {
    signalTo(this.pid, 'SIGSTOP');
  }

  resume(): void {
    signalTo(this.pid, 'SIGCONT');
  }

  get #running(): ServerProcess {
    if (this.#current === null) throw new Error(`the ${this.app} at ${this.url} does not run`);
    return this.#current;
  }
}
