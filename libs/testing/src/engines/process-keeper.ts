import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * Kills what it was told last, and removes its folder (`$1`, may be empty), when its standard input ends: that happens
 * in whatever way the process that started it ends, SIGKILL included. A dead process stays in the table until somebody
 * collects it, so the wait for its end is bounded.
 */
const SCRIPT = `
while read -r line; do pid=$line; done
if [ -n "$pid" ]; then
  kill -s KILL -- "-$pid" 2>/dev/null
  tries=0
  while kill -0 "$pid" 2>/dev/null && [ $tries -lt 20 ]; do sleep 0.1; tries=$((tries + 1)); done
fi
[ -z "$1" ] || rm -rf "$1"
`;

/** Sees to it that an engine does not outlive this process, nor its temporary folder. One shell per engine. */
export class ProcessKeeper {
  readonly #shell: ChildProcess;
  readonly #ended: Promise<unknown>;

  constructor(temporaryDirectory: string | null) {
    // A group of its own: Ctrl-C at the terminal must not end it before this process has ended.
    this.#shell = spawn('/bin/sh', ['-c', SCRIPT, 'keeper', temporaryDirectory ?? ''], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    this.#ended = new Promise((resolve) => this.#shell.on('exit', resolve).on('error', resolve));
    this.#shell.stdin?.on('error', () => {}); // it ended first: there is nothing more to tell it
    this.#shell.unref();
    (this.#shell.stdin as Socket).unref();
  }

  /** @param pid the leader of the process group to kill, or null when it has ended: its number may soon be another's */
  watch(pid: number | null): void {
    this.#shell.stdin?.write(`${pid ?? ''}\n`);
  }

  /** Removes the folder. Nothing is watched any more. */
  async dispose(): Promise<void> {
    this.#shell.ref();
    this.#shell.stdin?.end('\n');
    await this.#ended;
  }
}
