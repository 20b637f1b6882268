import { type PlatformProcess, requestHttp } from '@verbatim/testing/scenario';

export const metricsOf = async ({ url }: PlatformProcess): Promise<string> => (await fetch(`${url}/metrics`)).text();

/** Of one request. */
export const statusOf = async ({ url }: PlatformProcess, path: string, token?: string): Promise<number> =>
  (await requestHttp(url, path, token === undefined ? {} : { token })).status;

const isLeader = async (process: PlatformProcess): Promise<boolean> =>
  /^verbatim_projector_leader_info 1$/m.test(await metricsOf(process));

/** The projector that leads, as soon as one does. */
export const leaderOf = async (projectors: readonly PlatformProcess[]): Promise<PlatformProcess> => {
  for (;;) for (const each of projectors) if (each.isRunning && (await isLeader(each))) return each;
};

/** Until a gateway sends calls to so many command-apis. */
export const knowsCommandApis = async (process: PlatformProcess, count: number): Promise<void> => {
  const line = new RegExp(`^verbatim_channel_instances_count\\{state="up"\\} ${count}$`, 'm');
  while (!line.test(await metricsOf(process)));
};
