import { closeCodes } from '@verbatim/protocol';
import { ByteSocket, type Push } from '@verbatim/testing/scenario';
import type { Client } from './scene/client.js';
import type { Person } from './scene/person.js';
import { Scene } from './scene/scene.js';
import { isServerFailure } from './scene/standing.js';

const START_MAX_MS = 60_000;
const SPEC_MAX_MS = 60_000;
const MIB = 1_048_576;
const SESSIONS_MAX = 5;

let scene: Scene;
let ada: Person;
let bob: Person;
let direct: string;
let bobOnline: Client;
beforeAll(async () => {
  scene = await Scene.open({
    GATEWAY_OUTBOUND_QUEUE_MAX_BYTES: '65536',
    GATEWAY_CONNECTIONS_PER_USER_MAX: String(SESSIONS_MAX),
  });
  [ada, bob] = [await scene.register(), await scene.register()];
  direct = await scene.direct(ada, bob);
  bobOnline = await scene.connect(bob);
}, START_MAX_MS);
afterAll(() => scene.close(), START_MAX_MS);

describe('a client that reads nothing', () => {
  const BATCH = 20;
  /** More than the systems on both sides buffer for one connection. */
  const MESSAGES_MAX = 2_000;
  const GROWTH_MAX_BYTES = 256 * MIB;
  /** As large as a message may be: 4,000 graphemes in 16,000 bytes. */
  const body = '\u{1f600}'.repeat(4_000);
  const isCut = async (): Promise<boolean> =>
    (await scene.metric('verbatim_gateway_closes_total{reason="slow-consumer"}')) > 0;

  it(
    'is closed with 4003 within bounded memory, resumes without a hole, and holds up nobody else',
    async () => {
      const before = await scene.metric('process_resident_memory_bytes');
      const deaf = await ByteSocket.open(scene.url);
      const { accessToken: token, deviceId } = ada;
      deaf.sendText(JSON.stringify({ id: 1, op: 'auth', d: { token, deviceId } }));
      type AuthReply = { re?: number; ok?: boolean; d: { cursor: string } };
      const auth = await deaf.message<AuthReply>(({ re, ok }) => re === 1 && ok === true);
      deaf.tcp.socket.pause();
      let seq = 0;
      while (!(await isCut())) {
        expect(seq).toBeLessThan(MESSAGES_MAX);
        const sent = await Promise.all(Array.from({ length: BATCH }, () => scene.send(bob, direct, body)));
        seq = Math.max(...sent);
      }
      await bobOnline.until(() => (bobOnline.seqs(direct).at(-1) === seq ? true : undefined));
      expect((await scene.metric('process_resident_memory_bytes')) - before).toBeLessThan(GROWTH_MAX_BYTES);
      deaf.tcp.socket.resume();
      expect(await deaf.closeCode()).toBe(closeCodes['slow-consumer'].code);
      const pushes = deaf.frames
        .filter(({ opcode }) => opcode === 1)
        .map(({ payload }) => JSON.parse(payload.toString('utf8')) as Push)
        .filter(({ ev }) => ev === 'message.sent');
      const back = await scene.connect(ada, pushes.at(-1)?.cur ?? auth.d.cursor);
      await back.until(() => (back.seqs(direct).at(-1) === seq ? true : undefined));
      const seqs = [...pushes.map(({ d }) => d['seq']), ...back.seqs(direct)];
      expect(seqs).toEqual(Array.from({ length: seq }, (_, index) => index + 1));
    },
    SPEC_MAX_MS,
  );
});

describe('two hundred logins at once', () => {
  const LOGINS = 200;
  const SENDS = 100;

  it(
    'are answered or sent away with a time to come back, and messages go on being acknowledged',
    async () => {
      const { userName, password } = await scene.register();
      const logins = Promise.all(
        Array.from({ length: LOGINS }, (_, index) => {
          const guess = index % 2 === 0 ? password : 'not the password';
          return scene.http('/v1/auth/login', { method: 'POST', body: { userName, password: guess } });
        }),
      );
      const seqs: number[] = [];
      for (let count = 0; count < SENDS; count += 1) seqs.push(await scene.send(bob, direct, `during ${count}`));
      const answers = await logins;
      expect(answers.filter(isServerFailure)).toEqual([]);
      const statuses = new Set(answers.map(({ status }) => status));
      expect(statuses.has(503)).toBe(true);
      expect([...statuses].every((status) => [200, 401, 409, 503].includes(status))).toBe(true);
      expect(seqs).toEqual(Array.from({ length: SENDS }, (_, index) => (seqs[0] ?? 0) + index));
    },
    SPEC_MAX_MS,
  );
});

describe('one connection too many of a user', () => {
  it('is closed with 4505, and the others stay', async () => {
    const cleo = await scene.register();
    const clients = [await scene.connect(cleo)];
    while (clients.length < SESSIONS_MAX) clients.push(await scene.connect(await scene.logIn(cleo)));
    await expect(scene.connect(await scene.logIn(cleo))).rejects.toThrow('too-many-sessions');
    for (const client of clients) expect(await client.ask('ping', {})).toMatchObject({ ok: true });
  });
});

/** `npm run test:bad-inputs` asks for what takes a minute of waiting. */
if (process.env['BAD_INPUTS'] === 'all') {
  describe('a peer that is no longer there', () => {
    const HEARTBEATS_MAX_MS = 90_000;

    it(
      'is closed with 4002 after two heartbeats, and shown as offline then',
      async () => {
        const { accessToken: token, deviceId, userId } = ada;
        const gone = await ByteSocket.open(scene.url);
        gone.sendText(JSON.stringify({ id: 1, op: 'auth', d: { token, deviceId } }));
        await gone.message<{ re?: number }>(({ re }) => re === 1);
        const shown = async (): Promise<unknown> => scene.run(bob, 'presence.get', { userIds: [userId] });
        expect(await shown()).toMatchObject({ users: [{ userId, status: 'online' }] });
        expect(await gone.closeCode(HEARTBEATS_MAX_MS)).toBe(closeCodes['heartbeat-timeout'].code);
        const watching = await scene.connect(await scene.logIn(bob));
        await watching.ask('focus.set', { conversationIds: [direct] });
        await watching.push(({ ev, d }) => ev === 'presence' && d['userId'] === userId && d['status'] === 'offline');
        expect(await shown()).toMatchObject({ users: [{ userId, status: 'offline' }] });
      },
      2 * HEARTBEATS_MAX_MS,
    );
  });
}
