import { connect } from 'node:net';

const EXCHANGE_MAX_MS = 2_000;
const HOST = '127.0.0.1';

/**
 * Sends a request on a connection of its own and gives what came back when `isWhole` holds for it.
 * Resolves with null when nobody listens, the peer closes before that, or two seconds pass.
 */
export const exchange = (
  port: number,
  request: Buffer | string,
  isWhole: (received: Buffer) => boolean,
): Promise<Buffer | null> =>
  new Promise((resolve) => {
    const socket = connect(port, HOST);
    let received: Buffer = Buffer.alloc(0);
    const end = (answer: Buffer | null): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(EXCHANGE_MAX_MS, () => end(null));
    socket.on('error', () => end(null));
    socket.on('close', () => end(null));
    socket.on('connect', () => socket.write(request));
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (isWhole(received)) end(received);
    });
  });

/** Whether anybody accepts a connection at this port. */
export const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, HOST);
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(EXCHANGE_MAX_MS, () => end(false));
    socket.on('error', () => end(false));
    socket.on('connect', () => end(true));
  });
