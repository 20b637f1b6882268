import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new empty folder, and how to be rid of it with everything in it. */
export type DataFolder = { readonly path: string; readonly remove: () => void };

const MEMORY_FOLDER = '/dev/shm';

/** @param on `memory`: in memory where the system has such a folder, for files that are thrown away by the hundred */
export const makeDataFolder = (purpose: string, on: 'disk' | 'memory' = 'disk'): DataFolder => {
  const parent = on === 'memory' && existsSync(MEMORY_FOLDER) ? MEMORY_FOLDER : tmpdir();
  const path = mkdtempSync(join(parent, `verbatim-${purpose}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};
