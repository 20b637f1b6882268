import { closeCodes } from '@verbatim/protocol';
import { ByteSocket, PING_FRAME, TEXT_FRAME, TcpClient, clientFrame } from '@verbatim/testing/scenario';
import type { Person } from './scene/person.js';
import { Scene } from './scene/scene.js';
import { SlowSender } from './scene/slow-sender.js';

const START_MAX_MS = 60_000;
const SPEC_MAX_MS = 60_000;
const MIB = 1_048_576;

let scene: Scene;
let slowHeaders: readonly SlowSender[];
let slowBodies: readonly SlowSender[];
let silent: TcpClient;
let upgraded: ByteSocket;

/** With the limits of a new installation. What takes its time begins at once and is looked at last. */
beforeAll(async () => {
  scene = await Scene.open({ RATE_LIMIT_SCALE: '1' });
  const slow = (beginning: string): Promise<SlowSender[]> =>
    Promise.all(Array.from({ length: 20 }, () => SlowSender.open(scene.url, beginning)));
  slowHeaders = await slow('GET /v1/me HTTP/1.1\r\nHost: x\r\nX-Slow: ');
  slowBodies = await slow(
    'POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{"userName":"',
  );
  silent = await TcpClient.open(scene.url);
  upgraded = await ByteSocket.open(scene.url);
}, START_MAX_MS);
afterAll(async () => {
  for (const sender of [...slowHeaders, ...slowBodies]) sender.leave();
  silent.destroy();
  await scene.close();
}, START_MAX_MS);

/** Upgraded and authenticated, speaking bytes. */
const openBytes = async ({ accessToken: token, deviceId }: Person): Promise<ByteSocket> => {
  const socket = await ByteSocket.open(scene.url);
  socket.sendText(JSON.stringify({ id: 'auth', op: 'auth', d: { token, deviceId } }));
  await socket.message<{ re?: unknown; ok?: boolean }>(({ re, ok }) => re === 'auth' && ok === true);
  return socket;
};

describe('slow senders', () => {
  it('keep nobody else from connecting', async () => {
    const [ada, bob] = [await scene.register(), await scene.register()];
    const direct = await scene.direct(ada, bob);
    const client = await scene.connect(bob);
    await scene.send(ada, direct, 'hello');
    await client.push(({ ev }) => ev === 'message.sent');
    expect([...slowHeaders, ...slowBodies].filter(({ isAnswered }) => isAnswered)).toEqual([]);
  });
});

describe('a flood on one socket', () => {
  const PINGS = 5_000;
  const FRAMES = 10_000;
  /** Sends of a client that behaves, before the flood. */
  const CALM = 50;
  /** The burst that a socket is allowed, and what comes free while it floods. */
  const ANSWERED_MAX = 3_000;

  it(
    'of pings is closed with 4004, and its pongs are bounded',
    async () => {
      const socket = await openBytes(await scene.register());
      socket.tcp.write(Buffer.concat(Array<Buffer>(PINGS).fill(clientFrame(PING_FRAME, 'ping'))));
      expect(await socket.closeCode()).toBe(closeCodes['rate-limited'].code);
      expect(socket.frames.filter(({ opcode }) => opcode === 10).length).toBeLessThan(ANSWERED_MAX);
    },
    SPEC_MAX_MS,
  );

  it(
    'of sends is told when to come back, then closed with 4004; what was acknowledged is kept, and others are served',
    async () => {
      const [ada, bob] = [await scene.register(), await scene.register()];
      const direct = await scene.direct(ada, bob);
      const bystander = await scene.connect(bob);
      const socket = await openBytes(ada);
      const send = (id: number): Buffer => {
        const clientMsgId = `01890000-0000-4000-8000-${String(id).padStart(12, '0')}`;
        const d = { conversationId: direct, clientMsgId, body: `flood ${id}` };
        return clientFrame(TEXT_FRAME, JSON.stringify({ id, op: 'message.send', d }));
      };
      type Reply = { re?: unknown; ok?: boolean; d: { seq: number }; error: { code: string; retryAfterMs?: number } };
      for (let id = 0; id < CALM; id += 1) socket.tcp.write(send(id));
      for (let id = 0; id < CALM; id += 1) await socket.message<Reply>(({ re }) => re === id);
      socket.tcp.write(Buffer.concat(Array.from({ length: FRAMES }, (_, index) => send(CALM + index))));
      expect(await bystander.ask('user.me', {})).toMatchObject({ ok: true });
      expect(await socket.closeCode()).toBe(closeCodes['rate-limited'].code);
      const replies = socket.frames
        .filter(({ opcode }) => opcode === 1)
        .map(({ payload }) => JSON.parse(payload.toString('utf8')) as Reply)
        .filter(({ re }) => typeof re === 'number');
      const refused = replies.filter(({ ok }) => ok === false);
      expect(new Set(refused.map(({ error }) => error.code))).toEqual(new Set(['rate-limited']));
      expect(refused.every(({ error }) => (error.retryAfterMs ?? 0) > 0)).toBe(true);
      const acked = replies.filter(({ ok }) => ok).map(({ d }) => d.seq);
      expect(acked.length).toBeGreaterThanOrEqual(CALM);
      expect(new Set(acked).size).toBe(acked.length);
      const { headSeq } = await scene.run<{ headSeq: number }>(bob, 'events.page', { conversationId: direct });
      expect(headSeq).toBeGreaterThanOrEqual(Math.max(...acked));
      await bystander.until(() => (bystander.seqs(direct).at(-1) === headSeq ? true : undefined));
    },
    SPEC_MAX_MS,
  );
});

describe('frames that state more than any may have', () => {
  const CONNECTIONS = 200;
  const GROWTH_MAX_BYTES = 128 * MIB;

  it(
    'are closed with 1009 at once and cost no memory',
    async () => {
      const before = await scene.metric('process_resident_memory_bytes');
      const codes = await Promise.all(
        Array.from({ length: CONNECTIONS }, async (_, index) => {
          const socket = await ByteSocket.open(scene.url);
          socket.tcp.write(clientFrame(TEXT_FRAME, 'x', { declared: index % 2 === 0 ? 2n ** 63n - 1n : 2n ** 30n }));
          const code = await socket.closeCode();
          socket.destroy();
          return code;
        }),
      );
      expect(new Set(codes)).toEqual(new Set([1009]));
      expect((await scene.metric('process_resident_memory_bytes')) - before).toBeLessThan(GROWTH_MAX_BYTES);
    },
    SPEC_MAX_MS,
  );
});

describe('more requests than allowed', () => {
  const LOOKUPS_PER_MINUTE = 300;

  it(
    'are answered 429 with the wait, to the one who sends them only',
    async () => {
      const [ada, bob] = [await scene.register(), await scene.register()];
      const lookUp = (person: Person) => scene.http(`/v1/users/${bob.userId}`, { token: person.accessToken });
      const answers = await Promise.all(Array.from({ length: LOOKUPS_PER_MINUTE + 50 }, () => lookUp(ada)));
      const refused = answers.filter(({ status }) => status === 429);
      expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(LOOKUPS_PER_MINUTE);
      expect(refused.length).toBeGreaterThan(0);
      for (const { headers, body } of refused) {
        expect(body).toMatchObject({ code: 'rate-limited', retryable: true });
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
        expect(headers.get('ratelimit-remaining')).toBe('0');
      }
      expect((await lookUp(bob)).status).toBe(200);
    },
    SPEC_MAX_MS,
  );
});

describe('somebody who tries passwords', () => {
  const TRIES = 40;

  it(
    'is answered 429, while the owner gets in from his own device and others from theirs',
    async () => {
      const [ada, bob] = [await scene.register(), await scene.register()];
      const body = { userName: ada.userName, password: 'not the password' };
      const statuses: number[] = [];
      for (let count = 0; count < TRIES; count += 1)
        statuses.push((await scene.http('/v1/auth/login', { method: 'POST', body })).status);
      expect(new Set(statuses)).toEqual(new Set([401, 429]));
      expect(statuses.indexOf(429)).toBeGreaterThanOrEqual(30);
      const refused = await scene.http('/v1/auth/login', { method: 'POST', body });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      const { accessToken: token } = await scene.logIn(ada, ada.deviceId);
      expect((await scene.http('/v1/me', { token })).status).toBe(200);
      await scene.logIn(bob);
    },
    SPEC_MAX_MS,
  );
});

describe('connections that come and go', () => {
  const COMINGS = 300;

  it(
    'give their places back, however they ended',
    async () => {
      const connections = (): Promise<number> => scene.metric('verbatim_gateway_connections_count');
      const ada = await scene.connect(await scene.register());
      const before = await connections();
      await Promise.all(
        Array.from({ length: COMINGS }, async (_, index) => {
          const socket = await ByteSocket.open(scene.url);
          if (index % 3 === 1) socket.tcp.write(clientFrame(0x88, Buffer.from([3, 232])));
          if (index % 3 === 2) socket.tcp.write(Buffer.from([0x81, 0xfe]));
          socket.destroy();
        }),
      );
      while ((await connections()) > before) expect(await ada.ask('ping', {})).toMatchObject({ ok: true });
      await ada.leave();
    },
    SPEC_MAX_MS,
  );
});

describe('those who keep the server waiting', () => {
  it(
    'are closed with 4506 when they upgraded and said nothing',
    async () => {
      expect(await upgraded.closeCode()).toBe(closeCodes['auth-timeout'].code);
    },
    SPEC_MAX_MS,
  );

  it(
    'are answered 408 when their headers or their bodies do not come to an end',
    async () => {
      const answers = await Promise.all([...slowHeaders, ...slowBodies].map((sender) => sender.answer()));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([408]));
      const [first] = answers;
      expect(first?.headers.get('content-type')).toBe('application/problem+json');
      expect(first?.text).toContain('request-timeout');
    },
    SPEC_MAX_MS,
  );

  it(
    'are let go when they connected and said nothing',
    async () => {
      expect(await silent.ended()).toBe(true);
    },
    SPEC_MAX_MS,
  );
});
