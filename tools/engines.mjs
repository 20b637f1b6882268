/**
 * The engines that tests run against: `npm run engines` installs what is missing, starts all and stops them at Ctrl-C;
 * `npm run engines -- install` only installs; `npm run engines -- --list` shows what is there.
 */
import { cacheFolder } from './engines/cache.mjs';
import { installEngines } from './engines/install-engines.mjs';
import { listEngines, runEngines } from './engines/started-engines.mjs';

const tell = (line) => console.log(line);
const [word = 'start', ...rest] = process.argv.slice(2);

const install = async () => {
  const outcomes = await installEngines((line) => tell(`engines: ${line}`));
  return outcomes.every(({ state }) => state !== 'failed');
};

const ACTIONS = {
  start: async () => {
    await install();
    return runEngines(tell);
  },
  install: async () => {
    const isComplete = await install();
    tell(listEngines());
    return isComplete;
  },
  '--list': async () => {
    tell(`in ${cacheFolder()}`);
    tell(listEngines());
    return true;
  },
};

const action = rest.length === 0 && Object.hasOwn(ACTIONS, word) ? ACTIONS[word] : undefined;
if (action === undefined) {
  console.error('usage: npm run engines [-- install | -- --list]');
  process.exitCode = 2;
} else {
  process.exitCode = (await action()) ? 0 : 1;
}
