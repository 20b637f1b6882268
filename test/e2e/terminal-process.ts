import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../apps/terminal/dist/main.js', import.meta.url));
/** A line that a terminal is waited for comes within this time, or the test says what came instead, ms. */
const LINE_MAX_MS = 30_000;

export type TerminalOptions = {
  readonly url: string;
  readonly home: string;
  readonly password?: string;
  readonly args?: readonly string[];
};

/** The terminal client as a user starts it, over pipes. */
export type TerminalProcess = {
  /** All lines so far, standard output and standard error together. */
  readonly lines: readonly string[];
  readonly type: (line: string) => void;
  /** Resolves with the first line, also among those that came already, that holds the text. */
  readonly shows: (text: string) => Promise<string>;
  /** Nothing of it runs any more when this resolves. */
  readonly kill: (signal?: NodeJS.Signals) => Promise<void>;
};

export const startTerminal = (name: string, options: TerminalOptions): TerminalProcess => {
  const { url, home, password = '', args = [] } = options;
  const env = { PATH: process.env['PATH'] ?? '', VERBATIM_HOME: home };
  const child = spawn(process.execPath, [MAIN, '--as', name, '--url', url, ...args], { env });
  const exited = once(child, 'close');
  const lines: string[] = [];
  const watchers = new Set<() => void>();
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      lines.push(line);
      for (const watch of watchers) watch();
    });
  }
  const type = (line: string): void => void child.stdin.write(`${line}\n`);
  type(password);
  const shows = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        watchers.delete(look);
        settle();
      };
      const look = (): void => {
        const line = lines.find((candidate) => candidate.includes(text));
        if (line !== undefined) end(() => resolve(line));
      };
      const timer = setTimeout(
        () => end(() => reject(new Error(`${name} never showed ${JSON.stringify(text)} but:\n${lines.join('\n')}`))),
        LINE_MAX_MS,
      );
      watchers.add(look);
      look();
    });
  const kill = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    child.kill(signal);
    await exited;
  };
  return { lines, type, shows, kill };
};

/** The bodies of one author's messages in the order they were shown. */
export const bodiesBy = (author: string, { lines }: TerminalProcess): string[] =>
  lines.flatMap((line) => {
    const [, body] = new RegExp(`\\] ${author}: (.*)  \\(seq \\d+\\)$`).exec(line) ?? [];
    return body === undefined ? [] : [body];
  });
