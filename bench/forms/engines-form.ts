import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  killRunningServers,
  makePlatformKeys,
  platformEngines,
  startPlatform,
  type Platform,
  type PlatformKeys,
  type PlatformProcess,
} from '@verbatim/testing/scenario';
import { atExit } from '../process/clean-up.js';
import { withFolder } from '../process/work-folder.js';
import { importAccounts, type Account } from '../server/accounts.js';
import { RAISED_LIMITS } from '../server/server-process.js';
import type { Bench, ServerSettings } from '../works/bench.js';
import { engineNames, withEngines, type Engines } from './engines.js';
import type { Form } from './form.js';

const urlsOf = (processes: readonly PlatformProcess[]): readonly string[] => processes.map(({ url }) => url);

const formOf = ({ gateways, commandApis, projectors }: Platform, engines: Engines): Form => {
  const processes = [...gateways, ...commandApis, ...projectors];
  const running = Object.entries(engines) as [keyof Engines, Engines['redis']][];
  return {
    name: 'engines',
    gatewayUrls: urlsOf(gateways),
    metricsUrls: urlsOf(processes),
    projectorUrl: urlsOf(projectors)[0] as string,
    parts: [
      ...processes.map(({ app, pid }) => ({ name: app, pid })),
      ...running.map(([role, { pid }]) => ({ name: engineNames[role], pid })),
    ],
  };
};

/** As an operator imports them: with the addresses and keys that the processes are told. */
const importInto = (engines: Engines, keys: PlatformKeys, count: number): Promise<readonly Account[]> => {
  const { eventStoreUrl, readModelUrl, stateUrl, presenceUrl } = platformEngines(engines);
  return importAccounts(keys.DATA_DIR, count, {
    EVENT_STORE_URL: eventStoreUrl,
    READ_MODEL_URL: readModelUrl,
    STATE_URL: stateUrl,
    PRESENCE_URL: presenceUrl,
    CURSOR_SECRET: keys.CURSOR_SECRET,
  });
};

const start = ({ plan, profileDirectory }: Bench, name: string, engines: Engines, keys: PlatformKeys) => {
  const directory = profileDirectory === null ? null : join(profileDirectory, `${name}-engines`);
  if (directory !== null) mkdirSync(directory, { recursive: true });
  const profiling: Readonly<Record<string, string>> =
    directory === null ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${JSON.stringify(directory)}` };
  return startPlatform({
    engines: platformEngines(engines),
    gateways: plan.gateways,
    commandApis: plan.commandApis,
    env: { ...RAISED_LIMITS, ...profiling },
    keys,
  });
};

/** In order, so that a profile is written and nothing reconnects; then whatever is left. */
const stopAll = async (platform: Platform): Promise<void> => {
  try {
    for (const each of [...platform.gateways, ...platform.commandApis, ...platform.projectors])
      if (each.isRunning) await each.stop();
  } finally {
    await platform.close();
  }
};

/** Runs work against gateways, command-apis and a projector as processes of their own, on new engines with accounts in them. */
export const withEnginesForm = <Result>(
  bench: Bench,
  { name, accountCount }: Omit<ServerSettings, 'wrapper'>,
  work: (form: Form, accounts: readonly Account[]) => Promise<Result>,
): Promise<Result> =>
  withFolder('bench-engines', (folder) => {
    const { plan, progress } = bench;
    progress.say(`${name}: starting the engines`);
    return withEngines(async (engines) => {
      const keys = await makePlatformKeys(folder);
      progress.say(`${name}: importing ${accountCount} accounts into the engines`);
      const accounts = await importInto(engines, keys, accountCount);
      progress.say(`${name}: starting ${plan.gateways} gateways, ${plan.commandApis} command-apis and a projector`);
      const forget = atExit(() => void killRunningServers());
      const platform = await start(bench, name, engines, keys);
      try {
        return await work(formOf(platform, engines), accounts);
      } finally {
        await stopAll(platform);
        forget();
      }
    });
  });
