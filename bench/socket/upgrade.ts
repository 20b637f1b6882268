import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

export type SocketAddress = {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly protocol: string;
};

const HEAD_END = Buffer.from('\r\n\r\n');
const UPGRADE_TIMEOUT_MS = 10_000;

const requestText = ({ host, port, path, protocol }: SocketAddress): string =>
  [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Protocol: ${protocol}`,
    '\r\n',
  ].join('\r\n');

/** An upgraded socket, and what the server had sent behind its answer. */
export type Upgraded = { readonly socket: Socket; readonly head: Buffer };

/** Connects and upgrades to a WebSocket. @throws Error when the server answers anything but 101, or nothing for 10 s */
export const upgrade = (address: SocketAddress): Promise<Upgraded> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: address.host, port: address.port, noDelay: true });
    let answer = Buffer.alloc(0);
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      answer = Buffer.concat([answer, chunk]);
      const end = answer.indexOf(HEAD_END);
      if (end === -1) return;
      socket.removeAllListeners().setTimeout(0);
      const [status = ''] = answer.toString('latin1', 0, end).split('\r\n', 1);
      if (!status.startsWith('HTTP/1.1 101')) return fail(new Error(`the upgrade was answered with ${status}`));
      resolve({ socket, head: answer.subarray(end + HEAD_END.length) });
    };
    socket.setTimeout(UPGRADE_TIMEOUT_MS, () => fail(new Error('the upgrade was not answered for 10 s')));
    socket.once('error', fail).once('close', () => reject(new Error('the server hung up during the upgrade')));
    socket.on('data', onData).once('connect', () => socket.write(requestText(address)));
  });
