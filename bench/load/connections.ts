import { SOCKET_PATH, SUBPROTOCOL } from '@verbatim/protocol';
import type { Account } from '../server/accounts.js';
import { openFrameSocket, type FrameSocket } from '../socket/frame-socket.js';

const HOST = '127.0.0.1';
const AT_ONCE = 50;

const socketTo = (port: number): Promise<FrameSocket> =>
  openFrameSocket({ host: HOST, port, path: SOCKET_PATH, protocol: SUBPROTOCOL });

/** Connects to the server and authenticates. @param url as the ready line names it */
export const connectAccount = async (url: string, { accessToken }: Account): Promise<FrameSocket> => {
  const socket = await socketTo(Number(new URL(url).port));
  await socket.request('auth', { token: accessToken, client: 'bench' });
  return socket;
};

/** Connects to the relay, which knows nobody. */
export const connectRelay = socketTo;

/** Does the work for each item, at most 50 at a time, and keeps the order of the results. */
export const mapSome = async <Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> => {
  const results = new Array<Result>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++)
      results[index] = await work(items[index] as Item, index);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return results;
};

export const closeAll = (sockets: readonly FrameSocket[]): void => {
  for (const socket of sockets) socket.close();
};
