import { setTimeout as wait } from 'node:timers/promises';
import { NoAnswerError, type Fields } from '@verbatim/testing/scenario';
import type { Finding } from '../../crash/evidence.js';
import type { Cluster } from './cluster.js';
import type { Ledger } from './ledger.js';
import type { Outage, Signs } from './outage.js';
import type { RawClient } from './raw-client.js';

/** Checks are polled, calls have to time out first, and both cores are busy. */
const SIGN_MAX_MS = 30_000;
const POLL_MS = 100;
const OF_EACH_APP = 2;

/** True as soon as it holds; false when it does not in time. */
export const comesToHold = async (holds: () => Promise<boolean>, maxMs: number): Promise<boolean> => {
  const untilMs = performance.now() + maxMs;
  for (;;) {
    if (await holds()) return true;
    if (performance.now() > untilMs) return false;
    await wait(POLL_MS); // what others can be asked for only
  }
};

/** What each connected device is told of each other person; and where both are. */
export const presenceSeen = async (clients: readonly RawClient[]) => {
  const userIds = [...new Set(clients.map(({ device }) => device.userId))];
  const connected = clients.filter(({ isConnected }) => isConnected);
  const seen = connected.map(async ({ device, at }) => {
    const reply = await device.socket?.request('presence.get', { userIds });
    const users = reply?.ok === true ? (reply.d['users'] as readonly Fields[]) : [];
    return users.map(({ userId, status }) => {
      const places = connected.filter((each) => each.device.userId === userId).map((each) => each.at);
      return {
        userId: String(userId),
        status: String(status),
        isElsewhere: places.every((place) => place !== at),
        places,
      };
    });
  });
  return (await Promise.all(seen)).flat();
};

/** @returns whether nobody is told anything of people at the other gateway */
const isUnknown = async (clients: readonly RawClient[], { presence }: Ledger): Promise<boolean> => {
  try {
    const seen = await presenceSeen(clients);
    const online = seen.filter(({ places }) => places.length > 0);
    presence.push(...online.map(({ userId, status }) => ({ userId, status })));
    const elsewhere = online.filter(({ isElsewhere }) => isElsewhere);
    return elsewhere.length > 0 && elsewhere.every(({ status }) => status === 'unknown');
  } catch (error) {
    if (error instanceof NoAnswerError) return false;
    throw error;
  }
};

const finding = (text: string): Finding => ({ checker: 'sign', text });

const redOf = (unready: readonly string[], app: string): number =>
  unready.filter((text) => text.startsWith(`${app} `)).length;

/** Waits for what is to be seen of an outage while it lasts. */
export const waitForSigns = async (
  cluster: Cluster,
  { name, signs }: Outage,
  clients: readonly RawClient[],
  ledger: Ledger,
): Promise<readonly Finding[]> => {
  const { red = [], green = [], isPresenceUnknown = false }: Signs = signs;
  let unready: readonly string[] = [];
  const isAsSaid = async (): Promise<boolean> => {
    unready = await cluster.unready();
    return red.every((app) => redOf(unready, app) === OF_EACH_APP) && green.every((app) => redOf(unready, app) === 0);
  };
  const isShown = await comesToHold(isAsSaid, SIGN_MAX_MS);
  const isHidden = !isPresenceUnknown || (await comesToHold(() => isUnknown(clients, ledger), SIGN_MAX_MS));
  return [
    ...(isShown
      ? []
      : [finding(`${name}: red are [${unready.join('; ')}], expected ${red.join()}, not ${green.join()}`)]),
    ...(isHidden ? [] : [finding(`${name}: people at the other gateway are not unknown`)]),
  ];
};
