import type { ConversationId, UserId } from '@verbatim/domain';
import { openMemoryEventStore, type EventStore } from '@verbatim/event-store';
import { runGateway, someActor, type RunningGateway } from '../testkit/gateway.fixtures.js';
import { TestClient } from '../testkit/test-client.fixtures.js';
import { storeWith } from '../testkit/watched-store.fixtures.js';

const ada = someActor();
const bob = someActor();
const cleo = someActor();
const adaId = ada.userId as UserId;
const bobId = bob.userId as UserId;
const cleoId = cleo.userId as UserId;

describe('resuming from a cursor', () => {
  let running: RunningGateway;
  beforeEach(async () => {
    running = await runGateway();
  });
  afterEach(() => running.close());

  const sendMany = async (conversationId: ConversationId, count: number) => {
    for (let index = 0; index < count; index += 1) await running.writer.send(conversationId, bobId, `message ${index}`);
  };

  it('replays exactly what was missed, from every cut', async () => {
    const direct = await running.writer.direct(adaId, bobId);
    const group = await running.writer.group(bobId, cleoId);
    const witness = await TestClient.connect(running.port, ada);
    await running.writer.send(direct, bobId, 'one');
    await running.writer.add(group, bobId, adaId);
    await running.writer.send(group, cleoId, 'two');
    await running.writer.send(direct, adaId, 'three');
    await running.writer.remove(group, adaId, bobId);
    await running.writer.send(group, cleoId, 'not for ada');
    await running.writer.send(direct, bobId, 'four');
    await witness.push('message.sent', ({ body }) => body === 'four');
    const all = witness.pushes.filter(({ cur }) => cur !== undefined);
    expect(all.map(({ d }) => d.seq)).toEqual([1, 1, 2, 2, 3, 3]);
    for (const [index, { cur }] of all.entries()) {
      const client = await TestClient.open(running.port);
      const reply = await client.auth(someActor(adaId), cur);
      const missed = all.slice(index + 1);
      expect(reply.resume).toBe(missed.length > 0 ? 'replayed' : 'current');
      if (missed.length > 0) await client.push('synced');
      expect(client.pushes.filter((push) => push.cur !== undefined)).toEqual(missed);
      await client.leave();
    }
  });

  it('goes on live after the replay without a hole or a duplicate, while messages keep coming', async () => {
    const direct = await running.writer.direct(adaId, bobId);
    const first = await TestClient.connect(running.port, ada);
    const { cur } = await first.settle();
    await first.leave();
    await sendMany(direct, 300);
    const sending = sendMany(direct, 300);
    const client = await TestClient.connect(running.port, ada, cur);
    await sending;
    await client.push('message.sent', ({ seq }) => seq === 600);
    expect(client.seqs(direct)).toEqual(Array.from({ length: 600 }, (_, index) => index + 1));
  });

  it('answers reset above a thousand events, and the cursor of the reply goes on from there', async () => {
    const direct = await running.writer.direct(adaId, bobId);
    const first = await TestClient.connect(running.port, ada);
    const { cur } = await first.settle();
    await sendMany(direct, 1_001);
    const client = await TestClient.open(running.port);
    const reply = await client.auth(someActor(adaId), cur);
    expect(reply.resume).toBe('reset');
    expect((await client.push('reset')).d).toEqual({ reason: 'too-many-events' });
    await running.writer.send(direct, bobId, 'after');
    await client.push('message.sent');
    expect(client.seqs(direct)).toEqual([1_002]);
  });

  it('replays a thousand events', async () => {
    const direct = await running.writer.direct(adaId, bobId);
    const { cur } = await (await TestClient.connect(running.port, ada)).settle();
    await sendMany(direct, 1_000);
    const client = await TestClient.connect(running.port, someActor(adaId), cur);
    await client.push('synced');
    expect(client.seqs(direct)).toHaveLength(1_000);
  });

  it('answers reset to a cursor that was tampered with', async () => {
    const { cur } = await (await TestClient.connect(running.port, ada)).settle();
    const client = await TestClient.open(running.port);
    const reply = await client.auth(someActor(adaId), `B${cur.slice(1)}`);
    expect(reply.resume).toBe('reset');
    expect((await client.push('reset')).d).toEqual({ reason: 'bad-cursor' });
  });

  it('answers reset to a cursor of another log', async () => {
    const other = await runGateway();
    const { cur } = await (await TestClient.connect(other.port, ada)).settle();
    await other.close();
    const client = await TestClient.open(running.port);
    expect((await client.auth(ada, cur)).resume).toBe('reset');
    expect((await client.push('reset')).d).toEqual({ reason: 'other-epoch' });
  });

  it('replays what came after a late coming, however much was said in the group before it', async () => {
    const group = await running.writer.group(bobId, cleoId);
    const { cur } = await (await TestClient.connect(running.port, ada)).settle();
    await sendMany(group, 1_100);
    await running.writer.add(group, bobId, adaId);
    await sendMany(group, 3);
    const client = await TestClient.connect(running.port, someActor(adaId), cur);
    await client.settle();
    expect(client.seqs(group)).toEqual([1_101, 1_102, 1_103, 1_104]);
  });

  it('does not replay receipts', async () => {
    const direct = await running.writer.direct(adaId, bobId);
    const { cur } = await (await TestClient.connect(running.port, ada)).settle();
    await running.writer.receipts(direct, bobId, 0);
    await running.writer.send(direct, bobId, 'one');
    const client = await TestClient.connect(running.port, someActor(adaId), cur);
    await client.push('synced');
    expect(client.pushes.filter(({ cur: cursor }) => cursor !== undefined).map(({ ev }) => ev)).toEqual([
      'message.sent',
    ]);
  });
});

describe('resuming on a gateway that has just started', () => {
  it('reads what is missing from the streams', async () => {
    const store = openMemoryEventStore();
    const before = await runGateway({ store });
    const direct = await before.writer.direct(adaId, bobId);
    const group = await before.writer.group(bobId, adaId, cleoId);
    const { cur } = await (await TestClient.connect(before.port, ada)).settle();
    for (let index = 0; index < 40; index += 1) {
      await before.writer.send(direct, bobId, `direct ${index}`);
      await before.writer.send(group, cleoId, `group ${index}`);
    }
    await before.writer.remove(group, adaId, bobId);
    await before.writer.send(group, cleoId, 'not for ada');
    const after = await runGateway({ store });
    const client = await TestClient.connect(after.port, ada, cur);
    await client.push('synced');
    const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
    expect(client.seqs(direct)).toEqual(upTo(40));
    expect(client.seqs(group)).toEqual(upTo(41));
    await before.gateway.close();
    await after.close();
    await before.close();
  });

  it('reads nothing of what was said before a member came', async () => {
    const store = openMemoryEventStore();
    const before = await runGateway({ store });
    const group = await before.writer.group(bobId, cleoId);
    const { cur } = await (await TestClient.connect(before.port, ada)).settle();
    for (let index = 0; index < 2_000; index += 1) await before.writer.send(group, bobId, 'before ada');
    await before.writer.add(group, bobId, adaId);
    await before.writer.remove(group, adaId, bobId);
    for (let index = 0; index < 1_000; index += 1) await before.writer.send(group, bobId, 'without ada');
    await before.writer.add(group, bobId, adaId);
    await before.writer.send(group, bobId, 'to ada');
    let eventsRead = 0;
    const readStream: EventStore['readStream'] = async (stream, options) => {
      const slice = await store.readStream(stream, options);
      eventsRead += slice.events.length;
      return slice;
    };
    const after = await runGateway({ store: storeWith(store, { readStream }) });
    const client = await TestClient.connect(after.port, ada, cur);
    await client.push('synced');
    expect(client.seqs(group)).toEqual([2_001, 2_002, 3_003, 3_004]);
    expect(eventsRead).toBeGreaterThanOrEqual(4);
    expect(eventsRead).toBeLessThan(100);
    await before.gateway.close();
    await after.close();
    await before.close();
  });
});

describe('a resume that fails', () => {
  const roomsOf = async ({ url }: RunningGateway): Promise<number> => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    return Number(/gateway_rooms_count (\d+)/.exec(metrics)?.[1]);
  };

  it('leaves no member behind as one who is here', async () => {
    const store = openMemoryEventStore();
    const readStream = (): Promise<never> => Promise.reject(new Error('the disk is gone'));
    const env = { GATEWAY_RECENT_MAX_EVENTS: '0' };
    const running = await runGateway({ store: storeWith(store, { readStream }), env });
    const direct = await running.writer.direct(adaId, bobId);
    const first = await TestClient.connect(running.port, ada);
    const { cur } = await first.settle();
    await first.leave();
    while ((await roomsOf(running)) > 0); // the first one is forgotten
    await running.writer.send(direct, bobId, 'one');
    const client = await TestClient.open(running.port);
    await expect(client.auth(someActor(adaId), cur)).rejects.toThrow('internal');
    expect((await client.closed()).code).toBe(4000);
    while ((await roomsOf(running)) > 0);
    expect(await roomsOf(running)).toBe(0);
    await running.close();
  });
});
