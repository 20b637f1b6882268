import { clearScreenDown, createInterface, moveCursor } from 'node:readline';
import type { Interface } from 'node:readline';
import { promptOf } from './prompt.js';
import type { Screen, Status } from './screen.js';

export type TerminalScreen = Screen & {
  onLine(take: (line: string) => void): void;
  onKey(take: () => void): void;
  /** Ctrl-C or Ctrl-D. */
  onEnd(take: () => void): void;
};

/** Goes to the first column of the first row of the prompt and clears from there. */
const clearPrompt = (reader: Interface): void => {
  const { rows } = reader.getCursorPos();
  moveCursor(process.stdout, -1_000, -rows);
  clearScreenDown(process.stdout);
};

/** Lines scroll by above a prompt that keeps what is being typed. */
export const terminalScreen = (): TerminalScreen => {
  const reader = createInterface({ input: process.stdin, output: process.stdout, historySize: 100 });
  reader.setPrompt('> ');
  reader.prompt();
  let closed = false;
  return {
    showsStatus: true,
    print: (line) => {
      if (closed) return void process.stdout.write(`${line}\n`);
      clearPrompt(reader);
      process.stdout.write(`${line}\n`);
      reader.prompt(true);
    },
    show: (status: Status) => {
      if (closed) return;
      clearPrompt(reader);
      reader.setPrompt(promptOf(status));
      reader.prompt(true);
    },
    onLine: (take) =>
      void reader.on('line', (line) => {
        // The typed line is taken away again: the message stands in the conversation when it is in the log.
        moveCursor(process.stdout, 0, -1);
        clearScreenDown(process.stdout);
        reader.prompt();
        take(line);
      }),
    onKey: (take) => void process.stdin.on('keypress', take),
    onEnd: (take) => {
      reader.on('SIGINT', take);
      reader.on('close', take);
    },
    close: () => {
      closed = true;
      clearPrompt(reader);
      reader.close();
    },
  };
};
