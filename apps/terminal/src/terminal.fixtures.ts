import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** The terminal client as its own process, over pipes. Built by `tsc -b`. */
export class TerminalProcess {
  readonly lines: string[] = [];
  errors = '';
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly waiters = new Set<() => void>();
  private rest = '';
  readonly exited: Promise<number | null>;

  constructor(args: readonly string[], facts: { readonly url: string; readonly home: string }) {
    const env = { ...process.env, VERBATIM_URL: facts.url, VERBATIM_HOME: facts.home };
    this.child = spawn(process.execPath, [MAIN, ...args], { env });
    this.child.stdout.on('data', (chunk: Buffer) => this.take(chunk.toString('utf8')));
    this.child.stderr.on('data', (chunk: Buffer) => {
      this.errors += chunk.toString('utf8');
    });
    this.child.stdin.on('error', () => undefined);
    this.exited = new Promise((resolve) => {
      this.child.on('close', (code) => {
        this.wake();
        resolve(code);
      });
    });
  }

  type(...lines: readonly string[]): void {
    this.child.stdin.write(lines.map((line) => `${line}\n`).join(''));
  }

  endInput(): void {
    this.child.stdin.end();
  }

  /** Resolves with the first line that contains the text. */
  async sees(text: string): Promise<string> {
    for (;;) {
      const line = this.lines.find((one) => one.includes(text));
      if (line !== undefined) return line;
      if (this.child.exitCode !== null)
        throw new Error(`ended without ${text}: ${this.lines.join('\n')}${this.errors}`);
      await new Promise<void>((resolve) => this.waiters.add(resolve));
    }
  }

  count(text: string): number {
    return this.lines.filter((line) => line.includes(text)).length;
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  private take(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    this.lines.push(...lines);
    this.wake();
  }

  private wake(): void {
    for (const wake of this.waiters) wake();
    this.waiters.clear();
  }
}
