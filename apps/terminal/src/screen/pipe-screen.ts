import { writeSync } from 'node:fs';
import type { Screen } from './screen.js';

const STDOUT = 1;
const WAIT_MS = 5;

/** A pipe whose reader is slow refuses a write for a moment. */
const isBusy = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EAGAIN';

const isGone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EPIPE';

const writeAll = (bytes: Uint8Array): void => {
  const gate = new Int32Array(new SharedArrayBuffer(4));
  for (let written = 0; written < bytes.length;) {
    try {
      written += writeSync(STDOUT, bytes, written);
    } catch (error) {
      if (isGone(error)) process.exit(0);
      if (!isBusy(error)) throw error;
      Atomics.wait(gate, 0, 0, WAIT_MS);
    }
  }
};

/** Whole lines and nothing else: no colours, no cursor control. A line is with the reader before its seq is stored. */
export const pipeScreen = (): Screen => ({
  showsStatus: false,
  print: (line) => writeAll(Buffer.from(`${line}\n`)),
  show: () => undefined,
  close: () => undefined,
});
