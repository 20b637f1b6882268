import type { UserId } from '@verbatim/domain';
import { runGateway, someActor, tokenOf, type RunningGateway } from '../testkit/gateway.fixtures.js';
import { TestClient } from '../testkit/test-client.fixtures.js';
import { present, type ParsedJson } from '../testkit/present.fixtures.js';

const ada = someActor();
const bob = someActor();
const adaId = ada.userId as UserId;
const bobId = bob.userId as UserId;

describe('queries', () => {
  let running: RunningGateway;
  beforeEach(async () => {
    running = await runGateway();
  });
  afterEach(() => running.close());

  const get = async (path: string, headers: Record<string, string> = {}, token = tokenOf(ada)) => {
    const answer = await fetch(running.url + path, { headers: { authorization: `Bearer ${token}`, ...headers } });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as ParsedJson };
  };

  it('answer the same over the socket and over HTTP', async () => {
    const group = await running.writer.group(adaId, bobId);
    await running.writer.send(group, bobId, 'hello');
    const client = await TestClient.connect(running.port, ada);
    const base = `/v1/conversations/${group}`;
    const twins: readonly (readonly [string, object, string])[] = [
      ['history.page', { conversationId: group }, `${base}/messages`],
      ['events.page', { conversationId: group, afterSeq: 0 }, `${base}/events?afterSeq=0`],
      ['conversation.get', { conversationId: group }, base],
      ['member.list', { conversationId: group }, `${base}/members`],
      ['receipt.list', { conversationId: group }, `${base}/receipts`],
      ['inbox.page', {}, '/v1/inbox'],
    ];
    for (const [op, d, path] of twins) {
      const overSocket = await client.request(op, d);
      const { status, body } = await get(path);
      expect([op, status, body]).toEqual([op, 200, overSocket]);
    }
  });

  it('page the members by user id', async () => {
    const members = Array.from({ length: 5 }, () => someActor().userId as UserId);
    const group = await running.writer.group(adaId, ...members);
    const seen: string[] = [];
    let after = '';
    do {
      const { body } = await get(`/v1/conversations/${group}/members?limit=2${after}`);
      seen.push(...body.members.map(({ userId }: { userId: string }) => userId));
      after = body.next === undefined ? '' : `&after=${body.next}`;
    } while (after !== '');
    expect(seen).toEqual([adaId, ...members].sort());
  });

  it('page the watermarks of the members by user id', async () => {
    const members = Array.from({ length: 3 }, () => someActor().userId as UserId);
    const group = await running.writer.group(adaId, ...members);
    const all = [adaId, ...members].sort();
    const path = `/v1/conversations/${group}/receipts?limit=3`;
    const first = await get(path);
    expect(first.body).toMatchObject({ receipts: all.slice(0, 3).map((userId) => ({ userId })), next: all[2] });
    const second = await get(`${path}&after=${all[2]}`);
    expect(second.body).toEqual({ receipts: [{ userId: all[3], deliveredUpTo: -1, readUpTo: -1 }] });
    expect((await get(`${path}&after=zzz`)).body.code).toBe('bad-cursor');
  });

  it.each(['members', 'receipts'])('refuse a former member and a stranger the %s of now', async (what) => {
    const group = await running.writer.group(adaId, bobId);
    await running.writer.remove(group, bobId, adaId);
    const codes: unknown[] = [];
    for (const actor of [bob, someActor()]) {
      const { status, body } = await get(`/v1/conversations/${group}/${what}`, {}, tokenOf(actor));
      codes.push([status, body.code]);
    }
    expect(codes).toEqual([
      [403, 'not-a-member'],
      [404, 'conversation-not-found'],
    ]);
  });

  it('give an inbox with the cursor to follow it from', async () => {
    const direct = await running.writer.direct(adaId, bobId);
    const { body } = await get('/v1/inbox');
    expect(body.conversations).toHaveLength(1);
    await running.writer.send(direct, bobId, 'after the inbox');
    const missed = await get(`/v1/sync?cursor=${body.cursor}`);
    expect(missed.body.events.map(({ d }: ParsedJson) => d.body)).toEqual(['after the inbox']);
  });

  it('answer 503 with Retry-After until the read model is where the reader has been, whatever the id', async () => {
    const group = await running.writer.group(adaId, bobId);
    const client = await TestClient.connect(running.port, ada);
    await running.readModels.fold();
    running.readModels.pause();
    await running.writer.send(group, bobId, 'seen');
    const { cur } = await client.push('message.sent');
    const stranger = '00000000-0000-4000-8000-000000000000';
    for (const id of [group, stranger]) {
      const answer = await get(`/v1/conversations/${id}/messages`, { 'chat-cursor': present(cur) });
      expect([answer.status, answer.body.code]).toEqual([503, 'behind']);
      expect(answer.headers.get('retry-after')).toBe('1');
      expect((await client.ask('history.page', { conversationId: id })).error.code).toBe('behind');
    }
    await running.readModels.fold();
    expect((await get(`/v1/conversations/${group}/messages`, { 'chat-cursor': present(cur) })).status).toBe(200);
    expect((await get(`/v1/conversations/${stranger}/messages`, { 'chat-cursor': present(cur) })).status).toBe(404);
  });

  it('refuse a read cursor that was tampered with', async () => {
    const { status, body } = await get('/v1/inbox', { 'chat-cursor': 'x' });
    expect([status, body.code]).toEqual([400, 'bad-cursor']);
  });

  it('are ready once the log is followed, and say so', async () => {
    const live = await get('/health/live');
    const ready = await get('/health/ready');
    expect([live.status, ready.status]).toEqual([200, 200]);
    expect(ready.body.checks).toEqual({ gateway: 'ok', feed: 'ok', delivery: 'ok' });
  });

  it('publish the interface', async () => {
    expect((await get('/openapi.json')).body.openapi).toMatch(/^3\./);
    expect((await get('/asyncapi.json')).body.asyncapi).toMatch(/^3\./);
  });
});
