import {
  ByteSocket,
  TcpClient,
  exchangeBytes,
  readAnswer,
  requestBytes,
  upgradeHeaders,
} from '@verbatim/testing/scenario';
import { operations } from '@verbatim/protocol';
import { frames, messages } from './catalogue/frames.js';
import { handshakes } from './catalogue/handshakes.js';
import { httpRequests } from './catalogue/http-requests.js';
import { jsonBodies } from './catalogue/json-bodies.js';
import { accountRows, operationRows } from './catalogue/operations.js';
import {
  placed,
  type FrameRow,
  type HttpRow,
  type MessageRow,
  type OperationRow,
  type Places,
} from './catalogue/rows.js';
import type { Client } from './scene/client.js';
import { requestOf } from './scene/operation-request.js';
import type { Person } from './scene/person.js';
import { Scene } from './scene/scene.js';
import { aftermathOf, isServerFailure, unharmed } from './scene/standing.js';

const START_MAX_MS = 60_000;

let scene: Scene;
let ada: Person;
let adaOnline: Client;
let bystander: Client;
let places: Places;

beforeAll(async () => {
  scene = await Scene.open({ GATEWAY_ALLOWED_ORIGINS: 'https://good.example' });
  ada = await scene.register();
  const bob = await scene.register();
  const stranger = await scene.register();
  const [direct, group] = [await scene.direct(ada, bob), await scene.group(ada, [bob])];
  places = { ada: ada.userId, bob: bob.userId, stranger: stranger.userId, direct, group };
  // A session of its own: a newer connection of the same session would replace it.
  adaOnline = await scene.connect(await scene.logIn(ada));
  bystander = await scene.connect(stranger);
}, START_MAX_MS);
afterAll(() => scene.close(), START_MAX_MS);

/** Runs the attack and holds the service to having been unharmed by it. */
const expectUnharmed = async (inputs: readonly string[], attack: () => Promise<unknown>): Promise<void> => {
  expect(await aftermathOf(scene, bystander, inputs, attack)).toEqual(unharmed);
  expect(({} as { admin?: boolean }).admin).toBeUndefined();
};

const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

const hostHeaders = (): Record<string, string> => ({ Host: new URL(scene.url).host, Connection: 'close' });

/** Sends a row's bytes on a connection of their own and holds the answer to it. */
const expectAnswer = async (row: HttpRow, headers: NonNullable<HttpRow['headers']>): Promise<void> => {
  const client = await TcpClient.open(scene.url);
  const answer = await exchangeBytes(client, requestBytes(`${row.line} HTTP/1.1`, headers, row.body));
  const isBodyless = row.line.startsWith('HEAD');
  const problem =
    row.code === null || isBodyless ? null : (JSON.parse(answer.text) as { code: string; status: number });
  expect([answer.status, problem?.code]).toEqual([row.status, row.code === null || isBodyless ? undefined : row.code]);
  if (row.code !== null) expect(answer.headers.get('content-type')).toBe('application/problem+json');
  for (const [name, value] of Object.entries(row.answers ?? {})) expect(answer.headers.get(name) ?? null).toBe(value);
  client.destroy();
};

const lengthOf = ({ headers = {}, body }: HttpRow): Record<string, string> => {
  const isStated = Object.keys(headers).some((name) => /^(content-length|transfer-encoding)$/i.test(name));
  return isStated || body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
};

const expectHttpRefusal = async (unplaced: HttpRow, type?: string): Promise<void> => {
  const row = placed(unplaced, places);
  const headers = {
    ...hostHeaders(),
    ...(row.token === false ? {} : { Authorization: `Bearer ${ada.accessToken}` }),
    ...(type === undefined ? {} : { 'Content-Type': type }),
    ...lengthOf(row),
    ...row.headers,
  };
  const inputs = [row.line.slice(row.line.indexOf(' ') + 1), String(row.body ?? ''), ...textsIn(row.headers)];
  await expectUnharmed(inputs, () => expectAnswer(row, headers));
};

describe('an upgrade', () => {
  it.each(handshakes)('$name is answered $status', async ({ line = 'GET /v1/ws', headers, ...row }) => {
    const sent = { ...upgradeHeaders(new URL(scene.url).host), ...headers };
    await expectUnharmed(textsIn(headers), () => expectAnswer({ ...row, line, headers }, sent));
  });
});

/** Upgraded; authenticated as ada unless the row is about what comes before. */
const openBytes = async (at: MessageRow['at']): Promise<ByteSocket> => {
  const socket = await ByteSocket.open(scene.url);
  if (at === 'greeting') return socket;
  const { accessToken: token, deviceId } = ada;
  socket.sendText(JSON.stringify({ id: 1, op: 'auth', d: { token, deviceId } }));
  await socket.message<{ re?: number; ok?: boolean }>(({ re, ok }) => re === 1 && ok === true);
  return socket;
};

describe('a frame', () => {
  it.each(frames)('$name is closed with $close', async ({ bytes, close }: FrameRow) => {
    const socket = await openBytes('live');
    await expectUnharmed([], async () => {
      socket.tcp.write(bytes);
      expect(await socket.closeCode()).toBe(close);
    });
    socket.destroy();
  });
});

type Refusal = { readonly re?: number | null; readonly ok?: boolean; readonly error?: { readonly code: string } };

describe('a message', () => {
  it.each(messages)('$name is answered $code and the socket stays', async (unplaced) => {
    const { at, message, re, code } = placed(unplaced, places);
    const socket = await openBytes(at);
    await expectUnharmed([String(message)], async () => {
      if (typeof message === 'string') socket.sendText(message);
      else socket.tcp.write(Buffer.concat([Buffer.from([0x82, 0x80 | message.length, 0, 0, 0, 0]), message]));
      const reply = await socket.message<Refusal>((each) => each.ok === false);
      expect([reply.re, reply.error?.code]).toEqual([re, code]);
      socket.sendText('{"id":99,"op":"ping"}');
      expect(await socket.message<Refusal>((each) => each.re === 99)).toMatchObject({ ok: true });
    });
    socket.destroy();
  });
});

describe('a request body', () => {
  it.each(jsonBodies)('$name is answered $status $code', (row) => expectHttpRefusal(row, 'application/json'));
});

describe('a request over HTTP', () => {
  it.each(httpRequests)('with $name is answered $status $code', (row) => expectHttpRefusal(row));
});

const expectOperationRefusal = async ({ op, d, status, code }: OperationRow, token?: string): Promise<void> => {
  const { path, ...request } = requestOf(op, d);
  const answer = await scene.http(path, { ...request, ...(token === undefined ? {} : { token }) });
  expect(isServerFailure(answer)).toBe(false);
  expect([answer.status, (answer.body as { code: string }).code]).toEqual([status, code]);
};

describe('an operation', () => {
  it.each(operationRows)('$name is answered $status $code on both transports', async (unplaced) => {
    const row = placed(unplaced, places);
    await expectUnharmed(textsIn(row.d), async () => {
      await expectOperationRefusal(row, ada.accessToken);
      expect(await adaOnline.ask(row.op, row.d)).toMatchObject({ ok: false, error: { code: row.code } });
    });
  });

  it.each(accountRows)('$name is answered $status $code', async (row) => {
    expect(operations[row.op].socket).toBe(false);
    await expectUnharmed(textsIn(row.d), () => expectOperationRefusal(row));
  });
});

describe('a cursor on the socket', () => {
  const flipped = (cursor: string, at: number): string =>
    cursor.slice(0, at) + (cursor[at] === 'A' ? 'B' : 'A') + cursor.slice(at + 1);
  it.each([
    ['garbage', () => 'no cursor at all'],
    ['changed in its log', (cursor: string) => flipped(cursor, 4)],
    ['changed in its position', (cursor: string) => flipped(cursor, 27)],
    ['changed in its signature', (cursor: string) => flipped(cursor, 55)],
    ['followed by more', (cursor: string) => `${cursor}AA`],
  ])('that is %s resumes nothing, and says so', async (_, tamper) => {
    const client = await scene.connect(ada, tamper(adaOnline.cursor));
    expect(client.auth).toMatchObject({ ok: true, d: { resume: 'reset' } });
    await client.settle();
    expect(client.pushes.map(({ ev, d }) => [ev, d['reason']])).toEqual([
      ['hello', undefined],
      ['reset', 'bad-cursor'],
    ]);
    await client.leave();
  });
});

describe('several requests on one connection', () => {
  it('that were sent before the first was answered are all answered, in their order', async () => {
    const client = await TcpClient.open(scene.url);
    const get = (path: string): Buffer => requestBytes(`GET ${path} HTTP/1.1`, { Host: new URL(scene.url).host });
    await expectUnharmed([], async () => {
      client.write(Buffer.concat([get('/v1/me'), get('/nowhere'), get('/health/live')]));
      await client.waitFor((received) => (received.toString('latin1').endsWith('{"status":"ok"}') ? true : null));
    });
    expect([...client.received.toString('latin1').matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual([
      '401',
      '404',
      '200',
    ]);
    expect(readAnswer(client.received)?.status).toBe(401);
    client.destroy();
  });
});
