import { runProgram } from './run-program.js';

/** The keys of a service, as its processes are told them. With the same keys a new platform takes the old one's tokens and cursors. */
export type PlatformKeys = { readonly DATA_DIR: string; readonly CURSOR_SECRET: string };

/** Makes them as an operator makes them, in a folder that has none. */
export const makePlatformKeys = async (directory: string): Promise<PlatformKeys> => {
  const made = await runProgram('apps/standalone/dist/keys.main.js', { DATA_DIR: directory }, ['make']);
  const [, cursorSecret] = /^CURSOR_SECRET=(\w+)$/m.exec(made.output) ?? [];
  if (cursorSecret === undefined) throw new Error(`no keys were made: ${made.errorOutput}`);
  return { DATA_DIR: directory, CURSOR_SECRET: cursorSecret };
};
