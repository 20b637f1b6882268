/**
 * Where the engines for tests are kept: `${XDG_CACHE_HOME:-~/.cache}/verbatim/engines/<name>-<version>`, outside the
 * working copy, so that all copies share them. libs/testing/src/engines/installation.ts reads the same layout.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RECIPES = fileURLToPath(new URL('./', import.meta.url));
const PARTIAL = '.partial-';

export const CATALOGUE = JSON.parse(readFileSync(join(RECIPES, 'catalogue.json'), 'utf8'));

export const cacheFolder = () => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'verbatim', 'engines');

export const recipeFolder = (name) => join(RECIPES, name);
export const folderOf = (name) => join(cacheFolder(), `${name}-${CATALOGUE[name].version}`);
const failurePath = (name) => `${folderOf(name)}.failed`;

/** Changes with what the engine is built from, so that an edited recipe is built again under the same version. */
const digestOf = (name) => {
  const folder = recipeFolder(name);
  const files = existsSync(folder) ? readdirSync(folder).sort() : [];
  const hash = createHash('sha256').update(JSON.stringify(CATALOGUE[name].version));
  for (const file of files) hash.update(file).update(readFileSync(join(folder, file)));
  return hash.digest('hex');
};

export const isInstalled = (name) => {
  try {
    return JSON.parse(readFileSync(join(folderOf(name), 'installed.json'), 'utf8')).digest === digestOf(name);
  } catch {
    return false; // not there, or of an installer that wrote something else
  }
};

/** What an interrupted installation left. Called with the lock held. */
export const removePartial = () => {
  mkdirSync(cacheFolder(), { recursive: true });
  for (const entry of readdirSync(cacheFolder())) {
    if (entry.startsWith(PARTIAL)) rmSync(join(cacheFolder(), entry), { recursive: true, force: true });
  }
};

/** Kept for the titles of the suites that are skipped for it. */
export const recordFailure = (name, reason) => writeFileSync(failurePath(name), reason);

/**
 * Fills a folder beside the final one and moves it there when it is complete.
 * @param {(folder: string) => Promise<object | void>} fill may return what is to be told in `installed.json`
 */
export const installInto = async (name, fill) => {
  const partial = join(cacheFolder(), `${PARTIAL}${name}`);
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  try {
    const facts = await fill(partial);
    writeFileSync(
      join(partial, 'installed.json'),
      JSON.stringify({ version: CATALOGUE[name].version, ...facts, digest: digestOf(name) }),
    );
    rmSync(folderOf(name), { recursive: true, force: true });
    renameSync(partial, folderOf(name));
    rmSync(failurePath(name), { force: true });
  } catch (error) {
    recordFailure(name, error.message);
    throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
};
