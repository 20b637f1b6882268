/** Starts every engine that is there, for somebody who tries things by hand, and stops them all again. */
import { engine, ENGINE_NAMES } from '../../libs/testing/dist/engines/index.js';
import { CATALOGUE } from './cache.mjs';
import { formatTable } from './table.mjs';

const startOne = async (name, tell) => {
  const found = engine(name);
  const { kind } = CATALOGUE[name];
  if (!found.available) return { row: [name, '-', kind, `not here: ${found.reason}`] };
  try {
    const running = await found.start();
    return { running, name, row: [name, found.version, kind, running.url] };
  } catch (error) {
    tell(error.message);
    return { row: [name, found.version, kind, 'did not start, see above'], failed: true };
  }
};

const untilSignalled = () =>
  new Promise((resolve) => {
    const kept = setInterval(() => {}, 60_000); // engines do not keep a process alive
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.once(signal, () => {
        clearInterval(kept);
        resolve(signal);
      });
    }
  });

/** @returns {Promise<boolean>} whether all that are there started; resolves after they were stopped again */
export const runEngines = async (tell) => {
  const signalled = untilSignalled();
  const each = await Promise.all(ENGINE_NAMES.map((name) => startOne(name, tell)));
  const started = each.filter(({ running }) => running !== undefined);
  tell(
    formatTable(
      ['engine', 'version', 'kind', 'URL'],
      each.map(({ row }) => row),
    ),
  );
  tell('running until Ctrl-C');
  let isStopping = false;
  for (const { name, running } of started) {
    void running.ended().then((how) => isStopping || tell(`${name} ended by itself: ${how}`));
  }
  await signalled;
  isStopping = true;
  tell('stopping');
  await Promise.all(started.map(({ running }) => running.dispose()));
  tell('stopped');
  return each.every(({ failed }) => failed !== true);
};

/** What is there, without starting anything. */
export const listEngines = () =>
  formatTable(
    ['engine', 'version', 'kind', 'speaks', 'state'],
    ENGINE_NAMES.map((name) => {
      const found = engine(name);
      const { kind, speaks, version } = CATALOGUE[name];
      return found.available
        ? [name, found.version, kind, speaks, 'there']
        : [name, version, kind, speaks, `not here: ${found.reason}`];
    }),
  );
