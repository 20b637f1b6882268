import fc from 'fast-check';
import { settled } from '../kernel/manual-runtime.fixtures.js';
import { ada, bob, otherRoom, room, sent } from '../sync/pushes.fixtures.js';
import { memoryOutboxStore } from './outbox-store.js';
import { ModelLog, outboxOn, refusal } from './outbox.fixtures.js';
import type { Fate, Outcome } from './outbox.fixtures.js';

const HOUR_MS = 3_600_000;
const draft = (body: string, conversationId = room) => ({ conversationId, body });

describe('sending', () => {
  it('resolves with the ack', async () => {
    const log = new ModelLog();
    const { outbox } = outboxOn({ transmit: (item) => log.take(item) });
    await expect(outbox.send(draft('hello'))).resolves.toMatchObject({ seq: 0, duplicate: false });
  });

  it('stores the message before the first try', async () => {
    const store = memoryOutboxStore();
    const stored: number[] = [];
    const transmit = async (): Promise<Outcome> => {
      stored.push((await store.load()).length);
      return { kind: 'unknown' };
    };
    const { outbox } = outboxOn({ transmit, store });
    await outbox.enqueue(draft('hello'));
    await settled();
    expect(stored).toEqual([1]);
  });

  it('waits for one message of a conversation before the next, not for another conversation', async () => {
    const tried: string[] = [];
    const transmit = ({ body }: { body: string }): Promise<Outcome> => {
      tried.push(body);
      return new Promise(() => undefined);
    };
    const { outbox } = outboxOn({ transmit });
    await outbox.enqueue(draft('first'));
    await outbox.enqueue(draft('second'));
    await outbox.enqueue(draft('elsewhere', otherRoom));
    await settled();
    expect(tried).toEqual(['first', 'elsewhere']);
  });

  it('refuses one more than it may hold, and stores nothing of it', async () => {
    const store = memoryOutboxStore();
    const { outbox } = outboxOn({ transmit: () => new Promise(() => undefined), store, itemsMax: 2 });
    await outbox.enqueue(draft('1'));
    await outbox.enqueue(draft('2'));
    await expect(outbox.enqueue(draft('3'))).rejects.toThrow('2 messages already wait');
    expect(await store.load()).toHaveLength(2);
  });
});

describe('a message without an answer', () => {
  it('is sent again with the same id and the same known head', async () => {
    const log = new ModelLog(['lost-after', 'lost-before']);
    const { outbox, runtime } = outboxOn({ transmit: (item) => log.take(item), lastSeq: 41 });
    const ack = outbox.send(draft('hello'));
    await runtime.advance(HOUR_MS);
    expect(log.tries.map(({ clientMsgId, knownSeq }) => [clientMsgId, knownSeq])).toEqual(
      Array.from({ length: 3 }, () => [log.tries[0]?.clientMsgId, 41]),
    );
    expect(log.entries).toHaveLength(1);
    await expect(ack).resolves.toMatchObject({ duplicate: true });
  });

  it('waits as long as the server asks', async () => {
    const outcomes: Outcome[] = [refusal('rate-limited', true, 60_000)];
    const tries: number[] = [];
    const made = outboxOn({
      transmit: () => {
        tries.push(made.runtime.monotonicMs());
        return Promise.resolve(outcomes[tries.length - 1] ?? { kind: 'unknown' });
      },
    });
    await made.outbox.enqueue(draft('hello'));
    await made.runtime.advance(59_999);
    expect(tries).toEqual([0]);
    await made.runtime.advance(1);
    expect(tries).toEqual([0, 60_000]);
  });

  it('is settled by its push, and its late reply changes nothing', async () => {
    let reply: (outcome: Outcome) => void = () => undefined;
    const tried: { clientMsgId: string }[] = [];
    const transmit = (item: { clientMsgId: string }): Promise<Outcome> => {
      tried.push(item);
      return new Promise((resolve) => {
        reply = resolve;
      });
    };
    const { outbox, acked } = outboxOn({ transmit });
    const ack = outbox.send(draft('hello'));
    await settled();
    const push = sent(7, { by: ada, clientMsgId: tried[0]?.clientMsgId ?? '' });
    if (push.ev === 'message.sent') outbox.confirm(push.d);
    await expect(ack).resolves.toMatchObject({ seq: 7 });
    reply({ kind: 'unknown' });
    await settled();
    expect([acked, tried.length, outbox.size]).toEqual([['hello'], 1, 0]);
  });
});

describe('a message that is refused', () => {
  it('fails with the refusal and lets the next one go', async () => {
    const transmit = ({ body }: { body: string }): Promise<Outcome> =>
      body === 'bad'
        ? Promise.resolve(refusal('body-too-long', false))
        : new ModelLog().take({ clientMsgId: 'x', senderId: ada, conversationId: room, body, queuedAtMs: 0 });
    const { outbox, failed } = outboxOn({ transmit });
    const [bad, good] = await Promise.allSettled([outbox.send(draft('bad')), outbox.send(draft('good'))]);
    expect(bad).toMatchObject({ status: 'rejected', reason: { name: 'RequestRejectedError', code: 'body-too-long' } });
    expect(good.status).toBe('fulfilled');
    expect(failed.map(({ item, outcomeUnknown }) => [item.body, outcomeUnknown])).toEqual([['bad', false]]);
  });

  it('has an unknown outcome when the server keeps failing on it', async () => {
    const log = new ModelLog(['internal-after', 'internal-after', 'internal-after', 'internal-after']);
    const { outbox, runtime } = outboxOn({ transmit: (item) => log.take(item) });
    const ack = outbox.send(draft('hello')).catch((error: unknown) => error);
    await runtime.advance(HOUR_MS);
    expect(await ack).toMatchObject({ name: 'OutcomeUnknownError' });
    expect(log.tries).toHaveLength(3);
  });

  it('is not refused by what concerns the session alone', async () => {
    const outcomes = [refusal('token-expired', false), refusal('not-authenticated', false)];
    const log = new ModelLog();
    const transmit = (item: Parameters<ModelLog['take']>[0]) => {
      const early = outcomes.shift();
      return early ? Promise.resolve(early) : log.take(item);
    };
    const { outbox, runtime, acked } = outboxOn({ transmit });
    await outbox.enqueue(draft('hello'));
    await runtime.advance(HOUR_MS);
    expect(acked).toEqual(['hello']);
  });
});

describe('over restarts', () => {
  it('never sends what another user of the same store wrote', async () => {
    const store = memoryOutboxStore();
    await store.put({ clientMsgId: 'x', senderId: bob, conversationId: room, body: 'of bob', queuedAtMs: 0 });
    const log = new ModelLog();
    const { outbox } = outboxOn({ transmit: (item) => log.take(item), store });
    expect(await outbox.load()).toEqual([]);
    await settled();
    expect(log.tries).toEqual([]);
  });

  it('puts every message into the log once, in the order written, whatever is lost', async () => {
    const fate = fc.constantFrom<Fate>('ok', 'lost-before', 'lost-after', 'busy');
    const bodies = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 8 });
    const writes = fc.tuple(bodies, fc.array(fate, { maxLength: 30 }), fc.nat({ max: 5_000 }));
    await fc.assert(
      fc.asyncProperty(writes, async ([written, fates, killedAtMs]) => {
        const log = new ModelLog(fates);
        const store = memoryOutboxStore();
        const first = outboxOn({ transmit: (item) => log.take(item), store });
        for (const body of written) await first.outbox.enqueue(draft(body));
        await first.runtime.advance(killedAtMs);
        await first.outbox.close();
        const second = outboxOn({ transmit: (item) => log.take(item), store });
        await second.outbox.load();
        await second.runtime.advance(HOUR_MS);
        expect(log.entries.map(({ body }) => body)).toEqual(written);
        expect(await store.load()).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
