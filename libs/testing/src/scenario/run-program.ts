import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const PROGRAM_MAX_MS = 120_000;
const ROOT = new URL('../../../../', import.meta.url);

export type ProgramEnd = { readonly code: number | null; readonly output: string; readonly errorOutput: string };

/**
 * Runs a built program of the workspace to its end, for at most two minutes.
 * @param file from the root, such as `apps/projector/dist/cli/verify.main.js`
 * @param words its arguments
 */
export const runProgram = async (
  file: string,
  env: Readonly<Record<string, string>>,
  words: readonly string[] = [],
): Promise<ProgramEnd> => {
  const child = spawn(process.execPath, [fileURLToPath(new URL(file, ROOT)), ...words], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PROGRAM_MAX_MS,
    killSignal: 'SIGKILL',
  });
  const [output, errorOutput, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code: code as number | null, output, errorOutput };
};
