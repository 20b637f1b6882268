import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import { type HttpServer, type OperationCall, type OperationHandler, createHttpServer } from '@verbatim/http-edge';
import type { Actor } from '@verbatim/identity';
import { createLogger, createMetrics } from '@verbatim/platform';
import type { ChannelLimits } from './channel-limits.js';
import { CommandChannel } from './client/command-channel.js';
import { listedInstances } from './instances/instance-source.js';
import { rankInstances } from './instances/rendezvous.js';
import { type ChannelEndpoint, mountCommandChannel } from './server/mount-command-channel.js';

export const SECRET = 'q3XvB7pWm2Kd9TzR5yHc8LfN4sJg6Ua1';
export const somebody: Actor = {
  userId: '018f0000-0000-7000-8000-000000000001',
  deviceId: '018f0000-0000-7000-8000-0000000000d1',
  sessionId: '018f0000-0000-7000-8000-0000000000e1',
  role: 'user',
};

export const someCall = (op: string, d: OperationCall['d']): OperationCall => ({
  ...{ op, d, actor: somebody, traceId: 'a'.repeat(32), address: '192.0.2.1', ipClass: 'public', chatCursor: null },
});

export const sendTo = (conversationId: string, body = 'hello'): OperationCall =>
  someCall('message.send', { conversationId, body, clientMsgId: randomUUID() });

/** A conversation that belongs to the first of the instances. */
export const conversationOf = (first: string, instances: readonly string[]): string => {
  for (;;) {
    const id = randomUUID();
    if (rankInstances(id, instances)[0] === first) return id;
  }
};

export const echo: OperationHandler = async ({ d }) => ({ ok: true, status: 201, dText: JSON.stringify(d) });

const opened: (() => void | Promise<void>)[] = [];
/** Ends everything that this file opened; for `afterEach`. */
export const closeAll = async (): Promise<void> => {
  for (const close of opened.splice(0).reverse()) await close();
};

export type RunningEndpoint = { readonly url: string; readonly endpoint: ChannelEndpoint; readonly server: HttpServer };

/** The end of the channel in a command-api, on a free port. */
export const runEndpoint = async (execute: OperationHandler, port = 0): Promise<RunningEndpoint> => {
  const onError = (): void => {};
  const server = createHttpServer({ origins: { allowedOrigins: [] }, trustedProxies: [], onError });
  const endpoint = mountCommandChannel(server, { secret: SECRET, execute, onError });
  await server.listen({ host: '127.0.0.1', port });
  opened.push(async () => {
    server.server.closeAllConnections();
    await server.close();
  });
  return { url: `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`, endpoint, server };
};

/** A server that does with each POST what the spec says; a probe is told that all is well. */
export const runImpostor = async (onPost: (response: ServerResponse, body: string) => void): Promise<string> => {
  const server: Server = createServer((request, response) => {
    if (request.method === 'GET') return void response.writeHead(204).end();
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => onPost(response, body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const ANSWERING_SERVER = `
  const { parentPort } = require('node:worker_threads');
  const server = require('node:http').createServer((request, response) => {
    if (request.method === 'GET') return response.writeHead(204).end();
    const answer = () => response.writeHead(200).end('{"n":0,"status":200,"d":{}}\\n');
    request.resume().on('end', () => setTimeout(answer, 50));
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

/** A server in a thread of its own that answers each single call, after 50 ms. */
export const runElsewhere = async (): Promise<string> => {
  const worker = new Worker(ANSWERING_SERVER, { eval: true });
  opened.push(async () => void (await worker.terminate()));
  const [port] = (await once(worker, 'message')) as [number];
  return `http://127.0.0.1:${port}`;
};

export const openChannel = async (
  urls: readonly string[],
  limits: Partial<ChannelLimits> = {},
  secret = SECRET,
): Promise<CommandChannel> => {
  const channel = new CommandChannel({
    ...{ source: listedInstances(urls), secret, limits },
    logger: createLogger({ name: 'spec', level: 'silent' }),
    metrics: createMetrics({ processMetrics: false }),
  });
  await channel.start();
  opened.push(() => channel.close());
  return channel;
};

/** An address where nobody listens. */
export const freeUrl = async (): Promise<string> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
};
