import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new empty folder, and how to be rid of it with everything in it. */
export type DataFolder = { readonly path: string; readonly remove: () => void };

export const makeDataFolder = (purpose: string): DataFolder => {
  const path = mkdtempSync(join(tmpdir(), `verbatim-${purpose}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};
