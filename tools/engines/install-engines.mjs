import { join } from 'node:path';
import { holdLock } from '../setup-lock.mjs';
import { CATALOGUE, cacheFolder, installInto, isInstalled, recordFailure, removePartial } from './cache.mjs';
import { QUEUES } from './recipes.mjs';
import { ownRedisVersion } from './redis-package.mjs';
import { onPath } from './run-tool.mjs';

/** @typedef {{ name: string, state: 'there' | 'installed' | 'failed', reason?: string }} Outcome */

const isThere = (name) => isInstalled(name) || (name === 'redis' && ownRedisVersion() !== undefined);

const missingTools = (tools) => {
  const missing = tools.filter((tool) => onPath(tool) === undefined);
  return missing.length === 0 ? undefined : `${missing.join(' and ')} not on PATH`;
};

/** @returns {Promise<Outcome>} */
const installOne = async ({ name, tools, install }, tell) => {
  const { version } = CATALOGUE[name];
  if (isThere(name)) return { name, state: 'there' };
  const missing = missingTools(tools);
  if (missing !== undefined) {
    recordFailure(name, missing);
    tell(`${name} ${version}: left out, ${missing}`);
    return { name, state: 'failed', reason: missing };
  }
  const startedAtMs = performance.now();
  tell(`${name} ${version}: installing with ${tools.join(', ')}`);
  try {
    await installInto(name, install);
    tell(`${name} ${version}: installed (${((performance.now() - startedAtMs) / 1_000).toFixed(0)} s)`);
    return { name, state: 'installed' };
  } catch (error) {
    tell(`${name} ${version}: left out, ${error.message}`);
    return { name, state: 'failed', reason: error.message };
  }
};

const installQueue = async (queue, tell) => {
  const outcomes = [];
  for (const recipe of queue) outcomes.push(await installOne(recipe, tell));
  return outcomes;
};

/**
 * Installs what is missing; one process at a time. What cannot be installed is told and left out.
 * @param {(line: string) => void} tell
 * @returns {Promise<Outcome[]>}
 */
export const installEngines = async (tell) => {
  if (QUEUES.flat().every(({ name }) => isThere(name)))
    return QUEUES.flat().map(({ name }) => ({ name, state: 'there' }));
  const release = await holdLock(join(cacheFolder(), '.lock'), (pid) =>
    tell(`waiting for another installation of engines to end (process ${pid})`),
  );
  try {
    removePartial();
    return (await Promise.all(QUEUES.map((queue) => installQueue(queue, tell)))).flat();
  } finally {
    release();
  }
};
