import { PositionBeyondHeadError } from '../errors.js';
import type { EventStore, Position, RecordedEvent } from '../event-store.js';
import { aConversation, aUser, bodyOf, Gate, Listener, messages, sent } from '../event-store.fixtures.js';

export const subscribingContract = (store: () => EventStore): void => {
  describe('subscribing to everything', () => {
    const follow = async (listener: Listener, categories?: readonly string[]) => {
      const after = await store().headPosition();
      return store().subscribeToAll({ after, ...(categories && { categories }) }, listener);
    };

    it('catches up, says so once, and goes on live', async () => {
      const stream = aConversation();
      const after = await store().headPosition();
      await store().append(stream, 'no-stream', messages(5, 'stored'));
      const listener = new Listener();
      const subscription = store().subscribeToAll({ after }, listener);
      await listener.caughtUp();
      const atCatchUp = listener.events.length;
      await store().append(stream, 'any', messages(2, 'live'));
      await listener.received(7);
      await subscription.close();
      const { events } = await store().readStream(stream, { maxCount: 10 });
      expect([atCatchUp, listener.isCaughtUp]).toEqual([5, 1]);
      expect(listener.events).toEqual(events);
    });

    it('is caught up at once on an empty rest, with the position of the head', async () => {
      const head = await store().headPosition();
      const position = await new Promise((resolve) => {
        store().subscribeToAll({ after: head }, { onEvents: () => {}, onCaughtUp: resolve });
      });
      expect(position).toEqual(head);
    });

    it('delivers live what a read gives back later', async () => {
      const listener = new Listener();
      const subscription = await follow(listener);
      await listener.caughtUp();
      const stream = aConversation();
      await store().append(stream, 'no-stream', messages(3));
      await listener.received(3);
      await subscription.close();
      const { events } = await store().readStream(stream, { maxCount: 3 });
      expect(listener.events).toEqual(events);
    });

    it('keeps to the categories asked for, and moves on past the rest', async () => {
      const positions: bigint[] = [];
      const listener = new Listener();
      const after = await store().headPosition();
      const subscription = store().subscribeToAll(
        { after, categories: ['user'] },
        {
          onEvents: (events, position) => {
            positions.push(position);
            return listener.onEvents(events);
          },
        },
      );
      await store().append(aUser(), 'no-stream', [sent('wanted')]);
      await store().append(aConversation(), 'no-stream', messages(3));
      const head = await store().headPosition();
      await listener.until(() => positions.at(-1) === head);
      await subscription.close();
      expect(listener.events.map(bodyOf)).toEqual(['wanted']);
    });

    it('waits for a slow handler, never calls it twice at once, and loses nothing', async () => {
      let running = 0;
      let most = 0;
      const listener = new Listener(async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
      });
      const subscription = await follow(listener);
      const stream = aConversation();
      for (let index = 0; index < 30; index += 1) await store().append(stream, 'any', [sent(`${index}`)]);
      await listener.received(30);
      await subscription.close();
      expect(most).toBe(1);
      expect(listener.events.map(bodyOf)).toEqual(Array.from({ length: 30 }, (_, index) => `${index}`));
    });

    it('hands over no more events at once than asked for', async () => {
      const after = await store().headPosition();
      await store().append(aConversation(), 'no-stream', messages(25));
      const listener = new Listener();
      const subscription = store().subscribeToAll({ after, batchMaxEvents: 10 }, listener);
      await listener.received(25);
      await subscription.close();
      expect(Math.max(...listener.batchSizes)).toBeLessThanOrEqual(10);
    });

    it('delivers nothing after it is closed', async () => {
      const closed = new Listener();
      const other = new Listener();
      const subscription = await follow(closed);
      const witness = await follow(other);
      await closed.caughtUp();
      await subscription.close();
      await store().append(aConversation(), 'no-stream', messages(2));
      await other.received(2);
      await witness.close();
      expect(closed.events).toEqual([]);
      expect(closed.dropped).toBeNull();
    });

    it('closes only when a running handler call has settled', async () => {
      const gate = new Gate();
      const subscription = await follow(new Listener(() => gate.pass()));
      await store().append(aConversation(), 'no-stream', messages(1));
      await gate.reached(1);
      let isClosed = false;
      const closing = subscription.close().then(() => (isClosed = true));
      await store().headPosition();
      expect(isClosed).toBe(false);
      gate.open();
      expect(await closing).toBe(true);
    });

    it.each(['catching up', 'live'])('is dropped with the error of a handler that throws while %s', async (when) => {
      const after = await store().headPosition();
      const listener = new Listener((events: readonly RecordedEvent[]) => {
        if (events.length > 0) throw new Error('cannot handle it');
      });
      if (when === 'catching up') await store().append(aConversation(), 'no-stream', messages(1));
      store().subscribeToAll({ after }, listener);
      if (when === 'live') await listener.caughtUp();
      await store().append(aConversation(), 'no-stream', messages(1));
      await listener.ended();
      expect(listener.dropped).toEqual(new Error('cannot handle it'));
    });

    it('is dropped when it starts beyond the head, and not left to skip what comes', async () => {
      await store().append(aConversation(), 'no-stream', messages(1));
      const head = (await store().headPosition()) as Position;
      const listener = new Listener();
      store().subscribeToAll({ after: (head + 1_000n) as Position }, listener);
      await listener.ended();
      expect(listener.dropped).toEqual(new PositionBeyondHeadError((head + 1_000n) as Position));
      expect(listener.isCaughtUp).toBe(0);
    });

    it('serves each subscriber at its own pace', async () => {
      const gate = new Gate();
      const blocked = new Listener(() => gate.pass());
      const free = new Listener();
      const subscriptions = [await follow(blocked), await follow(free)];
      await store().append(aConversation(), 'no-stream', messages(1));
      await free.received(1);
      await store().append(aConversation(), 'no-stream', messages(1));
      await free.received(2);
      expect(blocked.events).toEqual([]);
      gate.open();
      await blocked.received(2);
      await Promise.all(subscriptions.map((subscription) => subscription.close()));
      expect(blocked.events).toEqual(free.events);
    });
  });
};
