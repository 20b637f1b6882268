import type { UserId } from '@verbatim/domain';
import { runGateway, someActor, tokenOf, type RunningGateway } from '../testkit/gateway.fixtures.js';
import { StreamReader } from '../testkit/stream-reader.fixtures.js';
import { TestClient } from '../testkit/test-client.fixtures.js';
import { present, type ParsedJson } from '../testkit/present.fixtures.js';

const ada = someActor();
const bob = someActor();
const adaId = ada.userId as UserId;
const bobId = bob.userId as UserId;

describe('following over HTTP', () => {
  let running: RunningGateway;
  beforeEach(async () => {
    running = await runGateway();
  });
  afterEach(() => running.close());

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(running.url + path, { headers: { authorization: `Bearer ${tokenOf(ada)}`, ...headers } });
  const sync = async (query = '') => (await get(`/v1/sync${query}`)).json() as Promise<ParsedJson>;
  const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
  const bodies = (events: readonly { d: { body?: string } }[]) => events.map(({ d }) => d.body);

  describe('by polls', () => {
    it('a poll without a cursor is told where it is', async () => {
      const answer = await sync();
      expect(answer).toEqual({ events: [], cursor: expect.any(String) });
    });

    it('a poll gets what came after its cursor, and the next one nothing of it', async () => {
      const direct = await running.writer.direct(adaId, bobId);
      const { cursor } = await sync();
      await running.writer.send(direct, bobId, 'one');
      await running.writer.send(direct, bobId, 'two');
      const missed = await sync(`?cursor=${cursor}`);
      expect(bodies(missed.events)).toEqual(['one', 'two']);
      expect(await sync(`?cursor=${missed.cursor}`)).toEqual({ events: [], cursor: missed.cursor });
    });

    it('a poll that waits is answered by the first event', async () => {
      const direct = await running.writer.direct(adaId, bobId);
      const { cursor } = await sync();
      const waiting = sync(`?cursor=${cursor}&wait=25`);
      await running.writer.send(direct, bobId, 'one');
      const answer = await waiting;
      expect(bodies(answer.events)).toEqual(['one']);
    });

    it('follows a thousand messages without a hole or a duplicate, page by page', async () => {
      const direct = await running.writer.direct(adaId, bobId);
      let { cursor } = await sync();
      for (let index = 0; index < 1_000; index += 1) await running.writer.send(direct, bobId, `${index}`);
      const seqs: number[] = [];
      for (;;) {
        const page = await sync(`?cursor=${cursor}`);
        expect(page.events.length).toBeLessThanOrEqual(500);
        if (page.events.length === 0) break;
        seqs.push(...page.events.map(({ d }: { d: { seq: number } }) => d.seq));
        ({ cursor } = page);
      }
      expect(seqs).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
    });

    it('a cursor that was tampered with is answered 400', async () => {
      const { cursor } = await sync();
      const answer = await get(`/v1/sync?cursor=${cursor.slice(0, -1)}~`);
      expect([answer.status, ((await answer.json()) as ParsedJson).code]).toEqual([400, 'bad-cursor']);
    });

    it('a gap that is too long is answered by a reset and a cursor to go on from', async () => {
      const direct = await running.writer.direct(adaId, bobId);
      const { cursor } = await sync();
      for (let index = 0; index < 1_001; index += 1) await running.writer.send(direct, bobId, `${index}`);
      const answer = await sync(`?cursor=${cursor}`);
      expect(answer.events).toEqual([{ ev: 'reset', d: { reason: 'too-many-events' } }]);
      expect((await sync(`?cursor=${answer.cursor}`)).events).toEqual([]);
    });

    it('a poll whose session ends gets no cursor that stands behind what it was not given', async () => {
      const direct = await running.writer.direct(adaId, bobId);
      const { cursor } = await sync();
      const waiting = get(`/v1/sync?cursor=${cursor}&wait=25`);
      await get('/v1/me');
      const revocation = { deviceId: ada.deviceId as never, reason: 'signed-out' } as const;
      await Promise.all([
        running.writer.send(direct, bobId, 'one'),
        running.writer.ofUser(adaId, { type: 'DeviceRevoked', data: revocation }),
        running.writer.send(direct, bobId, 'two'),
      ]);
      const answer = await waiting;
      expect([answer.status, await answer.json()]).toEqual([401, expect.objectContaining({ code: 'session-ended' })]);
    });

    it('is for those who carry a token', async () => {
      expect((await fetch(`${running.url}/v1/sync`)).status).toBe(401);
    });
  });

  describe('by an event stream', () => {
    it('gives every push with its cursor as id, from where it left off', async () => {
      const direct = await running.writer.direct(adaId, bobId);
      const first = await StreamReader.open(await get('/v1/stream'));
      await running.writer.send(direct, bobId, 'one');
      const push = await first.event(({ ev }) => ev === 'message.sent');
      expect([push.data.d.body, push.id]).toEqual(['one', push.data.cur]);
      await first.leave();
      await running.writer.send(direct, bobId, 'two');
      const second = await StreamReader.open(await get('/v1/stream', { 'last-event-id': present(push.id) }));
      await running.writer.send(direct, bobId, 'three');
      await second.event(({ d }) => d.body === 'three');
      expect(second.events.map(({ data }) => data.d.body ?? data.ev)).toEqual(['two', 'synced', 'three']);
      await second.leave();
    });

    it('replays more than the queue of a connection holds, to a reader that reads', async () => {
      const direct = await running.writer.direct(adaId, bobId);
      const { cursor } = await sync();
      for (let index = 0; index < 200; index += 1) await running.writer.send(direct, bobId, 'x'.repeat(16_000));
      const reader = await StreamReader.open(await get(`/v1/stream?cursor=${cursor}`));
      await reader.until(() => reader.isOver || reader.events.at(-1)?.data.ev === 'synced');
      expect(reader.events.map(({ data }) => data.d.seq)).toEqual([...upTo(200), undefined]);
      await reader.leave();
    });

    it('pushes a burst that is larger than the queue of a connection to a reader that reads', async () => {
      const direct = await running.writer.direct(adaId, bobId);
      const reader = await StreamReader.open(await get('/v1/stream'));
      const body = 'x'.repeat(16_000);
      await Promise.all(Array.from({ length: 200 }, () => running.writer.send(direct, bobId, body)));
      await reader.until(() => reader.isOver || reader.events.length === 200);
      expect(reader.events.map(({ data }) => data.d.seq)).toEqual(upTo(200));
      await reader.leave();
    });

    it('goes on from the last event id where the address has an older cursor', async () => {
      const direct = await running.writer.direct(adaId, bobId);
      const { cursor } = await sync();
      await running.writer.send(direct, bobId, 'one');
      const { cursor: later } = await sync(`?cursor=${cursor}`);
      await running.writer.send(direct, bobId, 'two');
      const reader = await StreamReader.open(await get(`/v1/stream?cursor=${cursor}`, { 'last-event-id': later }));
      await reader.event(({ ev }) => ev === 'synced');
      expect(reader.events.map(({ data }) => data.d.body)).toEqual(['two', undefined]);
      await reader.leave();
    });

    it('tells the reader his place before the first event', async () => {
      const reader = await StreamReader.open(await get('/v1/stream'));
      await reader.until(() => reader.lastId !== null);
      expect((await sync(`?cursor=${reader.lastId}`)).events).toEqual([]);
      await reader.leave();
    });

    it('gives a removed member his removal and nothing after it', async () => {
      const group = await running.writer.group(bobId, adaId);
      const other = await running.writer.direct(adaId, bobId);
      const reader = await StreamReader.open(await get('/v1/stream'));
      await running.writer.remove(group, adaId, bobId);
      await running.writer.send(group, bobId, 'secret');
      await running.writer.send(other, bobId, 'open');
      await reader.event(({ d }) => d.body === 'open');
      expect(reader.events.map(({ data }) => data.ev)).toEqual(['member.removed', 'message.sent']);
      await reader.leave();
    });

    it('ends when the session is revoked', async () => {
      const reader = await StreamReader.open(await get('/v1/stream'));
      await running.writer.ofUser(adaId, {
        type: 'DeviceRevoked',
        data: { deviceId: ada.deviceId as never, reason: 'signed-out' },
      });
      await reader.until(() => reader.isOver);
      expect(reader.events).toEqual([]);
    });

    it('is no second socket: both get every event', async () => {
      const direct = await running.writer.direct(adaId, bobId);
      const socket = await TestClient.connect(running.port, ada);
      const reader = await StreamReader.open(await get('/v1/stream'));
      await running.writer.send(direct, bobId, 'one');
      const push = await socket.push('message.sent');
      expect((await reader.event(({ ev }) => ev === 'message.sent')).data).toEqual(push);
      await reader.leave();
    });
  });
});
