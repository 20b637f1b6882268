import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Takes what readline would echo and drops it. */
const silent = () => new Writable({ write: (_chunk, _encoding, done) => done() });

/** Asks without an echo. Undefined when the user gives up (Ctrl-C, Ctrl-D). */
export const askPassword = async (question: string): Promise<string | undefined> => {
  process.stdout.write(question);
  const reader = createInterface({ input: process.stdin, output: silent(), terminal: true, historySize: 0 });
  const given = new Promise<undefined>((resolve) => {
    reader.on('SIGINT', () => resolve(undefined));
    reader.on('close', () => resolve(undefined));
  });
  try {
    return await Promise.race([reader.question(''), given]);
  } finally {
    reader.close();
    process.stdout.write('\n');
  }
};

export const askYesNo = async (question: string): Promise<boolean> => {
  const reader = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await reader.question(question)).trim());
  } finally {
    reader.close();
  }
};
