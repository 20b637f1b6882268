import { randomUUID } from 'node:crypto';
import type { OperationCall } from '@verbatim/http-edge';
import { type OperationName, operations } from '@verbatim/protocol';
import { CommandApiUnderTest, type Person } from './command-api.fixtures.js';
import { CommandDispatcher } from './command-dispatcher.js';
import { requestClasses } from './request-classes.js';

const text = expect.any(String) as string;
const PASSWORD = 'correct horse battery';

let api: CommandApiUnderTest;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  api = await CommandApiUnderTest.open();
  [ada, bob] = [await api.person(), await api.person()];
});
afterAll(() => api.close());

describe('an account', () => {
  const tokens = { userId: text, deviceId: text, accessToken: text, accessTokenExpiresAt: text, refreshToken: text };

  it('is registered, logs in, refreshes, changes its password and logs out', async () => {
    const cleo = { userName: 'cleo', password: PASSWORD };
    const registered = await api.ask('account.register', null, cleo);
    expect(registered).toEqual({ status: 201, body: tokens });
    expect(await api.ask('account.login', null, cleo)).toEqual({ status: 200, body: tokens });
    const { refreshToken } = registered.body;
    const refreshed = await api.ask('account.refresh', null, { refreshToken });
    expect(refreshed).toEqual({ status: 200, body: tokens });
    const now = { ...refreshed.body, userName: 'cleo' } as Person;
    const change = { currentPassword: PASSWORD, newPassword: 'another horse battery' };
    expect(await api.ask('account.change-password', now, change)).toEqual({ status: 204, body: {} });
    expect((await api.ask('account.login', null, cleo)).status).toBe(401);
    expect(await api.ask('account.logout', now)).toEqual({ status: 204, body: {} });
  });

  it('that is taken is refused with identity’s code', async () => {
    const { userName } = ada;
    const answer = await api.ask('account.register', null, { userName, password: PASSWORD });
    expect(answer).toMatchObject({ status: 409, body: { code: 'user-name-taken' } });
  });

  it('is told again after a full log made room', async () => {
    const dan = { userName: 'dan', password: PASSWORD };
    api.faults.push('log-full');
    expect(await api.ask('account.register', null, dan)).toMatchObject({ status: 503, body: { code: 'log-full' } });
    expect((await api.ask('account.register', null, dan)).status).toBe(201);
  });

  it('has keys that anybody may read', async () => {
    expect(await api.ask('keys.list', null)).toMatchObject({ status: 200, body: { keys: [{ kty: 'OKP' }] } });
  });
});

describe('a profile and its devices', () => {
  it('are changed and answered as they are then', async () => {
    const { userId, userName } = ada;
    const profile = { userId, userName, displayName: 'Countess' };
    expect(await api.ask('user.update', ada, { displayName: 'Countess' })).toEqual({ status: 200, body: profile });
    expect(await api.ask('user.update', ada, { displayName: 'Countess' })).toEqual({ status: 200, body: profile });
  });

  it('are listed and revoked, which ends their sessions', async () => {
    const eve = await api.person();
    const { deviceId } = eve;
    expect((await api.ask('device.list', eve)).body).toMatchObject({ devices: [{ deviceId, current: true }] });
    expect(await api.ask('device.revoke', eve, { deviceId })).toEqual({ status: 204, body: {} });
    expect(await api.identity.isSessionActive(eve.sessionId)).toBe(false);
  });
});

describe('a direct conversation', () => {
  it('is created once, whoever asks', async () => {
    const other = await api.person();
    const first = await api.ask('conversation.direct', ada, { userId: other.userId });
    expect(first).toEqual({ status: 201, body: { conversationId: text, created: true } });
    const second = await api.ask('conversation.direct', other, { userId: ada.userId });
    expect(second).toEqual({ status: 200, body: { ...first.body, created: false } });
  });

  it('answers the retry of the command that created it as the first time', async () => {
    const request = { userId: (await api.person()).userId, commandId: randomUUID() };
    const first = await api.ask('conversation.direct', ada, request);
    expect(await api.ask('conversation.direct', ada, request)).toEqual(first);
  });
});

describe('a group', () => {
  it('is made once by one command', async () => {
    const request = { commandId: randomUUID(), name: 'Analysts', visibility: 'open', memberIds: [bob.userId] };
    const first = await api.ask('group.create', ada, request);
    expect(first).toEqual({ status: 201, body: { conversationId: text, seq: 0 } });
    expect(await api.ask('group.create', ada, request)).toEqual(first);
  });

  it('answers with the seq of each change, and with its head when nothing changes', async () => {
    const conversationId = await api.group(ada, [], 'open');
    const seqs = [
      await api.ask('group.join', bob, { conversationId }),
      await api.ask('group.join', bob, { conversationId }),
      await api.ask('group.rename', ada, { conversationId, name: 'Engines' }),
      await api.ask('member.remove', ada, { conversationId, userId: bob.userId }),
      await api.ask('member.remove', ada, { conversationId, userId: bob.userId }),
      await api.ask('member.add', ada, { conversationId, userIds: [bob.userId] }),
      await api.ask('group.leave', ada, { conversationId }),
    ];
    expect(seqs).toEqual([1, 1, 2, 3, 3, 4, 5].map((at) => ({ status: 200, body: { seq: at } })));
  });

  it('takes the id of a command without a body from the idempotency header', async () => {
    const conversationId = await api.group(ada, [bob]);
    const commandId = randomUUID();
    const first = await api.ask('group.leave', bob, { conversationId, commandId });
    await api.ask('member.add', ada, { conversationId, userIds: [bob.userId] });
    expect(await api.ask('group.leave', bob, { conversationId, commandId })).toEqual(first);
    expect((await api.ask('message.send', bob, message(conversationId))).status).toBe(201);
  });
});

const message = (conversationId: string, body = 'hello', clientMsgId: string = randomUUID()) => ({
  conversationId,
  clientMsgId,
  body,
});

describe('a message', () => {
  it('is answered 201 with its place, and 200 with the same place when it comes again', async () => {
    const conversationId = await api.group(ada);
    const request = message(conversationId);
    const first = await api.ask('message.send', ada, request);
    const reply = { conversationId, messageId: text, seq: 1, sentAt: text, duplicate: false };
    expect(first).toEqual({ status: 201, body: reply });
    const again = await api.ask('message.send', ada, { ...request, knownSeq: 0 });
    expect(again).toEqual({ status: 200, body: { ...first.body, duplicate: true } });
  });

  it('is recorded with who sent it, from which device and session, and the trace of its request', async () => {
    const conversationId = await api.group(ada);
    await api.ask('message.send', ada, message(conversationId));
    const { events } = await api.store.readStream(`conversation-${conversationId}` as never, { maxCount: 10 });
    const { userId: actorId, deviceId, sessionId } = ada;
    expect(events[1]?.metadata).toMatchObject({ actorId, deviceId, sessionId, ipClass: 'loopback' });
    expect(events[1]?.metadata.correlationId).toMatch(/^[0-9a-f]{32}$/);
  });

  it('is acknowledged when the reply of the log was lost, once', async () => {
    const conversationId = await api.group(ada);
    api.faults.push('reply-lost', 'request-lost');
    expect(await api.ask('message.send', ada, message(conversationId))).toMatchObject({
      status: 201,
      body: { seq: 1 },
    });
    expect(await api.ask('message.send', ada, message(conversationId))).toMatchObject({ body: { seq: 2 } });
  });

  it('that was read is reported with nothing to answer', async () => {
    const conversationId = await api.group(ada);
    expect(await api.ask('receipt.advance', ada, { conversationId, readUpTo: 0 })).toEqual({ status: 204, body: {} });
  });
});

describe('the operations of command-api', () => {
  it('are those that the table says it serves', () => {
    const names = Object.keys(operations) as OperationName[];
    const served = names.filter((name) => operations[name].servedBy === 'command-api');
    expect([...Object.keys(requestClasses), 'keys.list'].sort()).toEqual([...served].sort());
  });

  it('have one door, which knows no others', async () => {
    const dispatcher = api.application.get(CommandDispatcher);
    const call = { op: 'constructor', traceId: 'trace' } as OperationCall;
    expect(await dispatcher.execute(call)).toMatchObject({ ok: false, error: { code: 'unknown-op' } });
  });
});
