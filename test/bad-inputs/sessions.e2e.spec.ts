import { closeCodes } from '@verbatim/protocol';
import { Client } from './scene/client.js';
import { EventStream } from './scene/event-stream.js';
import type { Person } from './scene/person.js';
import { Scene } from './scene/scene.js';

const START_MAX_MS = 60_000;
const SPEC_MAX_MS = 30_000;
const LONG_POLL = '/v1/sync?wait=25&cursor=';

/** Everything that a session can have open at once. */
type Open = { readonly client: Client; readonly stream: EventStream; readonly poll: Promise<unknown> };

const openAll = async (scene: Scene, person: Person): Promise<Open> => {
  const client = await scene.connect(person);
  const stream = await EventStream.open(scene.url, person);
  // Ends with an answer or is cut: both end it.
  const poll = scene
    .http(LONG_POLL + encodeURIComponent(client.cursor), { token: person.accessToken })
    .catch((error: Error) => error);
  return { client, stream, poll };
};

const expectAllClosed = async ({ client, stream, poll }: Open, code: number): Promise<void> => {
  expect((await client.socket.closed).code).toBe(code);
  await stream.ended;
  await poll;
};

/** The session is over: its tokens open nothing any more, and its cursor resumes nothing. */
const expectOver = async (scene: Scene, person: Person, cursor: string): Promise<void> => {
  const back = await Client.try(scene.url, person, cursor);
  expect(back.auth).toMatchObject({ ok: false, error: { code: 'session-ended' } });
  expect((await back.socket.closed).code).toBe(closeCodes['device-revoked'].code);
  for (const path of ['/v1/me', '/v1/inbox', '/v1/stream', `/v1/sync?cursor=${encodeURIComponent(cursor)}`]) {
    const answer = await scene.http(path, { token: person.accessToken });
    expect([path, answer.status, answer.body]).toEqual([path, 401, expect.objectContaining({ code: 'session-ended' })]);
  }
  const { refreshToken } = person;
  const refreshed = await scene.http('/v1/auth/refresh', { method: 'POST', body: { refreshToken } });
  expect([refreshed.status, refreshed.body]).toEqual([401, expect.objectContaining({ code: 'refresh-token-invalid' })]);
};

describe('the end of a session', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open({ REFRESH_GRACE_MS: '0' });
  }, START_MAX_MS);
  afterAll(() => scene.close(), START_MAX_MS);

  /** Runs what ends the first session; the second one lives on. */
  const expectEnded = async (end: (ended: Person, other: Person) => Promise<unknown>): Promise<void> => {
    const ended = await scene.register();
    const other = await scene.logIn(ended);
    const open = await openAll(scene, ended);
    const otherClient = await scene.connect(other);
    const { cursor } = open.client;
    await end(ended, other);
    await expectAllClosed(open, closeCodes['device-revoked'].code);
    await expectOver(scene, ended, cursor);
    expect(await otherClient.ask('user.me', {})).toMatchObject({ ok: true });
  };

  it(
    'by logout closes all that it has open, and nothing of it comes back',
    () => expectEnded((ended) => scene.run(ended, 'account.logout', {})),
    SPEC_MAX_MS,
  );

  it(
    'by another device of the user does so too',
    () => expectEnded(({ deviceId }, other) => scene.run(other, 'device.revoke', { deviceId })),
    SPEC_MAX_MS,
  );

  it(
    'by a change of the password does so too, and the old password is good no more',
    async () => {
      const newPassword = 'quite another password';
      let old: Person | undefined;
      await expectEnded((ended, other) => {
        old = ended;
        const { password: currentPassword } = other;
        return scene.run(other, 'account.change-password', { currentPassword, newPassword });
      });
      await expect(scene.logIn(old as Person)).rejects.toThrow('credentials-invalid');
      await scene.logIn({ ...(old as Person), password: newPassword });
    },
    SPEC_MAX_MS,
  );

  it(
    'comes when a refresh token is used a second time, for whoever holds the newest one',
    async () => {
      const first = await scene.register();
      const second = await scene.refresh(first);
      const open = await openAll(scene, second);
      const { cursor } = open.client;
      const { refreshToken } = first;
      const reused = await scene.http('/v1/auth/refresh', { method: 'POST', body: { refreshToken } });
      expect([reused.status, reused.body]).toEqual([401, expect.objectContaining({ code: 'refresh-token-reused' })]);
      await expectAllClosed(open, closeCodes['device-revoked'].code);
      await expectOver(scene, second, cursor);
    },
    SPEC_MAX_MS,
  );

  it('does not come by a refresh token that somebody made up for it', async () => {
    const person = await scene.register();
    const [version, sessionId] = person.refreshToken.split('.');
    const refreshToken = `${version}.${sessionId}.${'A'.repeat(22)}.${'A'.repeat(43)}`;
    const forged = await scene.http('/v1/auth/refresh', { method: 'POST', body: { refreshToken } });
    expect([forged.status, forged.body]).toEqual([401, expect.objectContaining({ code: 'refresh-token-invalid' })]);
    await scene.refresh(person);
  });
});

describe('a token that expires while it is in use', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open({ ACCESS_TOKEN_TTL_S: '5' });
  }, START_MAX_MS);
  afterAll(() => scene.close(), START_MAX_MS);

  it(
    'is announced, closes 4005, and the next one resumes where it was',
    async () => {
      const [ada, bob] = [await scene.register(), await scene.register()];
      const direct = await scene.direct(ada, bob);
      const client = await scene.connect(ada);
      const stream = await EventStream.open(scene.url, ada);
      const { d } = await client.push(({ ev }) => ev === 'token.expiring');
      expect(Number.isNaN(Date.parse(String(d['expiresAt'])))).toBe(false);
      expect((await client.socket.closed).code).toBe(closeCodes['token-expired'].code);
      await stream.ended;
      const expired = await Client.try(scene.url, ada, client.cursor);
      expect(expired.auth).toMatchObject({ ok: false, error: { code: 'token-expired' } });
      const seq = await scene.send(await scene.logIn(bob), direct, 'while she was away');
      const back = await scene.connect(await scene.refresh(ada), client.cursor);
      await back.push(({ ev, d: { body } }) => ev === 'message.sent' && body === 'while she was away');
      expect(back.seqs(direct)).toEqual([seq]);
    },
    SPEC_MAX_MS,
  );
});
