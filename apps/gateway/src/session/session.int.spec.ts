import { randomUUID } from 'node:crypto';
import type { UserId } from '@verbatim/domain';
import { runGateway, someActor, tokenOf, type RunningGateway } from '../testkit/gateway.fixtures.js';
import { TestClient } from '../testkit/test-client.fixtures.js';

describe('a session on the socket', () => {
  let running: RunningGateway;
  beforeEach(async () => {
    running = await runGateway();
  });
  afterEach(() => running.close());

  const ada = someActor();
  const bob = someActor();
  const idOf = ({ userId }: { userId: string }) => userId as UserId;
  const message = (conversationId: string, body: string) => ({ conversationId, clientMsgId: randomUUID(), body });

  it('begins with hello, then answers auth', async () => {
    const client = await TestClient.open(running.port);
    const hello = await client.push('hello');
    expect(hello.d).toMatchObject({ heartbeatMs: 30_000, authTimeoutMs: 5_000, protocol: [1] });
    const reply = await client.auth(ada);
    expect(reply).toMatchObject({ userId: ada.userId, sessionId: ada.sessionId, resume: 'current' });
  });

  it('delivers a message to both sides, and to the other devices of the sender', async () => {
    const conversationId = await running.writer.direct(idOf(ada), idOf(bob));
    const phone = await TestClient.connect(running.port, ada);
    const laptop = await TestClient.connect(running.port, someActor(ada.userId));
    const peer = await TestClient.connect(running.port, bob);
    const reply = await phone.request('message.send', message(conversationId, 'hello'));
    for (const client of [phone, laptop, peer]) {
      const push = await client.push('message.sent');
      expect(push.d).toMatchObject({ conversationId, seq: reply.seq, body: 'hello', senderId: ada.userId });
      expect(push.cur).toEqual(expect.any(String));
    }
  });

  it('executes nothing that is pipelined before auth is answered', async () => {
    const conversationId = await running.writer.direct(idOf(ada), idOf(bob));
    const client = await TestClient.open(running.port);
    client.send({ id: 1, op: 'message.send', d: message(conversationId, 'too early') });
    client.send({ id: 2, op: 'auth', d: { token: tokenOf(ada), deviceId: ada.deviceId, client: 'spec' } });
    client.send({ id: 3, op: 'message.send', d: message(conversationId, 'still too early') });
    const replies = await client.until(() => client.replies.length === 3 && client.replies);
    expect(replies.map(({ re, error }) => [re, error?.code])).toEqual([
      [1, 'not-authenticated'],
      [3, 'not-authenticated'],
      [2, undefined],
    ]);
    const head = await running.store.readStream(`conversation-${conversationId}` as never, { maxCount: 10 });
    expect(head.headRevision).toBe(0);
  });

  it('counts the pushes with a cursor in its pongs', async () => {
    const conversationId = await running.writer.direct(idOf(ada), idOf(bob));
    const client = await TestClient.connect(running.port, ada);
    await running.writer.send(conversationId, idOf(bob), 'one');
    await running.writer.send(conversationId, idOf(bob), 'two');
    await client.push('message.sent', ({ body }) => body === 'two');
    const pong = await client.request('ping');
    expect(pong).toEqual({ n: 2, cur: client.lastCursor });
  });

  it('closes 4500 for a token that is none', async () => {
    const client = await TestClient.open(running.port);
    await expect(client.request('auth', { token: 'x', deviceId: randomUUID(), client: 'spec' })).rejects.toThrow(
      'token-invalid',
    );
    expect((await client.closed()).code).toBe(4500);
  });

  it('closes 4504 when the session has ended meanwhile', async () => {
    running.authority.ended(ada.sessionId);
    const client = await TestClient.open(running.port);
    await expect(client.auth(ada)).rejects.toThrow('session-ended');
    expect((await client.closed()).code).toBe(4504);
  });

  it('closes the sockets of a device that is revoked, and of no other', async () => {
    const other = someActor(ada.userId);
    const revoked = await TestClient.connect(running.port, ada);
    const kept = await TestClient.connect(running.port, other);
    await running.writer.ofUser(idOf(ada), {
      type: 'DeviceRevoked',
      data: { deviceId: ada.deviceId as never, reason: 'revoked' },
    });
    expect((await revoked.closed()).code).toBe(4504);
    expect((await kept.settle()).n).toBe(0);
  });

  it('closes every other session when the password is changed', async () => {
    const changer = await TestClient.connect(running.port, ada);
    const other = await TestClient.connect(running.port, someActor(ada.userId));
    await running.writer.ofUser(idOf(ada), { type: 'PasswordChanged', data: { keptSessionId: ada.sessionId } });
    expect((await other.closed()).code).toBe(4504);
    expect((await changer.settle()).n).toBe(0);
  });

  it('lets a newer connection of the same session replace the older', async () => {
    const older = await TestClient.connect(running.port, ada);
    const newer = await TestClient.connect(running.port, ada);
    expect((await older.closed()).code).toBe(4007);
    expect((await newer.settle()).n).toBe(0);
  });

  it('takes a fresh token of the same session, and refuses that of somebody else', async () => {
    const client = await TestClient.connect(running.port, ada);
    const { expiresAt } = await client.request('auth.refresh', { token: tokenOf(ada, 7_200_000) });
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now() + 7_000_000);
    await expect(client.request('auth.refresh', { token: tokenOf(bob) })).rejects.toThrow('subject-mismatch');
  });
});
