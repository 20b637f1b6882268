/** Tells on standard error what is going on: one line that changes on a terminal, a line each otherwise. */
export type Progress = { readonly say: (text: string) => void; readonly clear: () => void };

const CLEAR_LINE = '\r\u001b[K';

export const createProgress = (output: NodeJS.WriteStream = process.stderr): Progress => {
  const startedAtMs = performance.now();
  let last = '';
  const say = (text: string): void => {
    if (text === last) return;
    last = text;
    const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(0).padStart(3);
    output.write(output.isTTY ? `${CLEAR_LINE}${seconds} s  ${text}` : `bench: ${seconds} s  ${text}\n`);
  };
  return { say, clear: () => void (output.isTTY && output.write(CLEAR_LINE)) };
};
