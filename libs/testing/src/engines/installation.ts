import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The servers that tests run against. `kafka` and `redis` are the real ones, the others speak a real one's protocol. */
export type EngineName = 'kafka' | 'ferretdb' | 'mongo-java-server' | 'redis' | 'toxiproxy' | 'event-store-server';

export type CatalogueEntry = {
  readonly version: string;
  readonly kind: 'real' | 'protocol server';
  readonly speaks: string;
  /** Whether its data outlives a `kill` and a `restart`. */
  readonly durable: boolean;
};

const ROOT = new URL('../../../../', import.meta.url);

/** A file of the working copy, by its path from the root. */
export const fileOfCopy = (path: string): string => fileURLToPath(new URL(path, ROOT));

export const CATALOGUE = JSON.parse(readFileSync(fileOfCopy('tools/engines/catalogue.json'), 'utf8')) as Readonly<
  Record<EngineName, CatalogueEntry>
>;

/** Where `npm run engines -- install` puts an engine; tools/engines/cache.mjs writes the same layout. */
export const installationFolder = (name: EngineName): string =>
  join(
    process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'),
    ...['verbatim', 'engines', `${name}-${CATALOGUE[name].version}`],
  );

/** What the installer found out about this installation; null when there is none. */
export const installationFacts = (
  name: EngineName,
): { readonly version: string; readonly libraries?: readonly string[] } | null => {
  const path = join(installationFolder(name), 'installed.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
};

/** Why it is not installed, as one line. */
export const reasonNotInstalled = (name: EngineName): string => {
  const path = `${installationFolder(name)}.failed`;
  const why = existsSync(path) ? readFileSync(path, 'utf8').split('\n', 1).join('') : '';
  return why === '' ? 'not installed: npm run engines -- install' : `not installed: ${why}`;
};

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The file of a program of the machine, or null. */
export const programOnPath = (program: string): string | null =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program))
    .find(isExecutable) ?? null;
