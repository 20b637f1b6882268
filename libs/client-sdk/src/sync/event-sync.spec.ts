import type { EventsPageReply, ReplayedPush } from '@verbatim/protocol';
import fc from 'fast-check';
import type { Caller } from '../connection/caller.js';
import { settled } from '../kernel/manual-runtime.fixtures.js';
import { defaultLimits } from '../options.js';
import { EventSync } from './event-sync.js';
import { ada, otherRoom, room, sent } from './pushes.fixtures.js';
import { memorySyncStore } from './sync-store.js';
import type { SyncStore } from './sync-store.js';

/** Events of two conversations in one log; the cursor of an event is its place in it. */
const logOf = (rooms: readonly boolean[]): ReplayedPush[] => {
  const heads = new Map<string, number>();
  return rooms.map((first, place) => {
    const conversationId = first ? room : otherRoom;
    const seq = heads.get(conversationId) ?? 0;
    heads.set(conversationId, seq + 1);
    return { ...sent(seq, { in: conversationId }), cur: String(place) };
  });
};

type Page = (conversationId: string, afterSeq: number) => Promise<EventsPageReply>;

const pageOf =
  (log: readonly ReplayedPush[]): Page =>
  (conversationId, afterSeq) => {
    const events = log.filter(({ d }) => d.conversationId === conversationId && d.seq > afterSeq);
    const headSeq = events.at(-1)?.d.seq ?? afterSeq;
    return Promise.resolve({ events, toSeq: headSeq, headSeq });
  };
const neverAnswers: Page = () => new Promise(() => undefined);

const syncOn = async (store: SyncStore, page: Page) => {
  const applied: ReplayedPush[] = [];
  const call = (_op: string, d: object) => {
    const { conversationId, afterSeq } = d as { conversationId: string; afterSeq: number };
    return page(conversationId, afterSeq);
  };
  const sync = new EventSync(ada, {
    limits: defaultLimits,
    store,
    caller: { call: call as Caller['call'], whenLive: () => Promise.resolve() },
    deliver: (push) => applied.push(push),
    notify: () => undefined,
    gap: () => undefined,
    inbox: () => undefined,
    overflowed: () => undefined,
    storeFailed: () => undefined,
  });
  await sync.load();
  return { sync, applied };
};

const known = {
  userId: ada,
  cursor: '-1',
  conversations: { [room]: { lastSeq: -1, left: false }, [otherRoom]: { lastSeq: -1, left: false } },
};
const seqsOf = (applied: readonly ReplayedPush[], conversationId: string) =>
  applied.filter(({ d }) => d.conversationId === conversationId).map(({ d }) => d.seq);
const upTo = (head: number) => Array.from({ length: head + 1 }, (_, seq) => seq);

describe('applying what is pushed', () => {
  const rooms = fc.array(fc.boolean(), { minLength: 1, maxLength: 25 });
  const places = fc.array(fc.nat({ max: 24 }), { maxLength: 60 });

  it('brings every seq once and in order, whatever is lost, doubled or disordered', async () => {
    await fc.assert(
      fc.asyncProperty(rooms, places, async (kinds, order) => {
        const log = logOf(kinds);
        const store = memorySyncStore();
        await store.save(known);
        const { sync, applied } = await syncOn(store, pageOf(log));
        const pushed = order.flatMap((place) => log[place] ?? []);
        for (const push of pushed) sync.receive(push);
        await settled();
        for (const id of [room, otherRoom]) {
          const anyPushed = seqsOf(pushed, id).length > 0;
          const applies = seqsOf(applied, id);
          expect(applies).toEqual(upTo(applies.length - 1));
          expect(applies.length).toBeGreaterThanOrEqual(anyPushed ? Math.max(...seqsOf(pushed, id)) + 1 : 0);
        }
      }),
    );
  });

  it('loses nothing by a crash while a hole is open: the resume goes back before the hole', async () => {
    await fc.assert(
      fc.asyncProperty(rooms, places, async (kinds, order) => {
        const log = logOf(kinds);
        const store = memorySyncStore();
        await store.save(known);
        const first = await syncOn(store, neverAnswers);
        // A connection is pushed to in the order of the log: pushes are lost and doubled, and cursors never go back.
        const pushed = order.toSorted((one, other) => one - other).flatMap((place) => log[place] ?? []);
        for (const push of pushed) first.sync.receive(push);
        await settled();
        const second = await syncOn(store, pageOf(log));
        const resumeAt = Number(second.sync.resumePoint());
        for (const push of log.slice(resumeAt + 1)) second.sync.receive(push);
        await settled();
        for (const id of [room, otherRoom]) {
          const applied = seqsOf([...first.applied, ...second.applied], id);
          expect(applied).toEqual(upTo(applied.length - 1));
          expect(applied.length).toBeGreaterThanOrEqual(Math.max(-1, ...seqsOf(pushed, id)) + 1);
        }
      }),
    );
  });
});

describe('the stored progress', () => {
  it('of another user is not taken up', async () => {
    const store = memorySyncStore();
    await store.save({ userId: 'somebody-else', cursor: '7', conversations: {} });
    const { sync } = await syncOn(store, neverAnswers);
    expect(sync.resumePoint()).toBeUndefined();
  });
});
