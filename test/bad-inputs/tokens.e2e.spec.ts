import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeCodes } from '@verbatim/protocol';
import { tokenRows } from './catalogue/tokens.js';
import { Client } from './scene/client.js';
import { type Mint, openMint } from './scene/mint.js';
import type { Person } from './scene/person.js';
import { Scene } from './scene/scene.js';
import { aftermathOf, tracesIn, unharmed } from './scene/standing.js';

const START_MAX_MS = 60_000;
const CLOSED_WITH: Readonly<Record<string, number>> = {
  'token-invalid': closeCodes['bad-token'].code,
  'token-expired': closeCodes['token-expired'].code,
  'session-ended': closeCodes['device-revoked'].code,
};

let scene: Scene;
let ada: Person;
let bystander: Client;
let trap: Server;
let trapped = 0;
let mint: Mint;

beforeAll(async () => {
  scene = await Scene.open();
  ada = await scene.register();
  bystander = await scene.connect(await scene.register());
  trap = createServer((_, response) => response.end((trapped += 1)));
  trap.listen(0, '127.0.0.1');
  await once(trap, 'listening');
  mint = openMint(scene, ada, `http://127.0.0.1:${(trap.address() as AddressInfo).port}`);
}, START_MAX_MS);
afterAll(async () => {
  trap.close();
  await scene.close();
}, START_MAX_MS);

describe('an access token', () => {
  it('that the mint makes like the server makes them is accepted', async () => {
    const token = mint.signed(mint.header, mint.claims);
    expect((await scene.http('/v1/me', { token })).status).toBe(200);
  });

  it.each(tokenRows)('$name is refused as $code', async ({ token: forge, code }) => {
    const token = forge(mint);
    const aftermath = await aftermathOf(scene, bystander, [token], async () => {
      for (const path of ['/v1/me', '/v1/sync', '/v1/stream']) {
        const answer = await scene.http(path, { token });
        expect([path, answer.status, answer.body]).toEqual([path, 401, expect.objectContaining({ code })]);
        expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      }
      const client = await Client.try(scene.url, { ...ada, accessToken: token });
      expect(client.auth).toMatchObject({ ok: false, error: { code } });
      expect((await client.socket.closed).code).toBe(CLOSED_WITH[code]);
    });
    expect(aftermath).toEqual(unharmed);
  });

  it('makes nobody call an address that it names', () => {
    expect(trapped).toBe(0);
  });

  it('of another user renews no connection', async () => {
    const client = await scene.connect(ada);
    const { accessToken } = bystander.person;
    expect(await client.ask('auth.refresh', { token: accessToken })).toMatchObject({
      ok: false,
      error: { code: 'subject-mismatch' },
    });
    await client.leave();
  });

  it('goes with its own device only', async () => {
    const client = await Client.try(scene.url, { ...ada, deviceId: bystander.person.deviceId });
    expect(client.auth).toMatchObject({ ok: false, error: { code: 'subject-mismatch' } });
    expect((await client.socket.closed).code).toBe(closeCodes['bad-token'].code);
  });
});

describe('who looks for names', () => {
  const logIn = async (userName: string) => {
    const { status, body } = await scene.http('/v1/auth/login', {
      method: 'POST',
      body: { userName, password: 'not the password' },
    });
    const { traceId: _, ...rest } = body as Record<string, unknown>;
    return { status, ...rest };
  };

  it('is told of a user that is not what he is told of a wrong password', async () => {
    const ofAda = await logIn(ada.userName);
    expect(ofAda).toEqual(await logIn('nobody-at-all'));
    expect(ofAda).toMatchObject({ status: 401, code: 'credentials-invalid' });
  });

  it('finds names taken whatever their case', async () => {
    const { userName } = ada;
    const body = { userName: userName.toUpperCase(), password: 'another password' };
    const answer = await scene.http('/v1/auth/register', { method: 'POST', body });
    expect([answer.status, answer.body]).toEqual([409, expect.objectContaining({ code: 'user-name-taken' })]);
  });
});

describe('the search for traces', () => {
  it('finds a secret, also one that was cut', () => {
    expect(tracesIn(`{"msg":"login","password":"${ada.password}"}`, [ada.password])).toHaveLength(1);
    expect(tracesIn(`{"token":"${ada.refreshToken.slice(0, 30)}…"}`, [ada.refreshToken])).toHaveLength(1);
    expect(tracesIn('verbatim ready', [ada.password, ada.refreshToken])).toEqual([]);
  });
});
