import { UndecodableEventError, type EventStore, type Position, type SubscriptionHandler } from '@verbatim/event-store';
import { aConversation } from '../testkit/people.fixtures.js';
import { logWith, ReactorUnderTest } from './reactor-under-test.fixtures.js';

let test: ReactorUnderTest;
beforeEach(async () => {
  test = await ReactorUnderTest.open();
});
afterEach(() => test.close());

const tea = aConversation();

/** A log in which the events at some positions mean nothing to this release. */
const unreadableAt = (eventStore: EventStore, positions: readonly Position[]): EventStore => {
  const isUnreadable = ({ position }: { readonly position: Position }): boolean => positions.includes(position);
  const errorOf = (place: ConstructorParameters<typeof UndecodableEventError>[0]) =>
    new UndecodableEventError(place, 'future-version', 'MessageSent version 2');
  const subscribeToAll: EventStore['subscribeToAll'] = (options, handler) => {
    const onEvents: SubscriptionHandler['onEvents'] = async (events) => {
      for (const event of events)
        if (isUnreadable(event)) await handler.onUndecodable?.(errorOf(event));
        else await handler.onEvents([event], event.position);
    };
    return eventStore.subscribeToAll(options, { ...handler, onEvents });
  };
  const readAt: EventStore['readAt'] = async (position) => {
    const event = await eventStore.readAt(position);
    if (event !== null && isUnreadable(event)) throw errorOf(event);
    return event;
  };
  return logWith(eventStore, { subscribeToAll, readAt });
};

/** Sends three messages, of which a release understands the first and the last. */
const withOneUnreadable = async () => {
  const sent = [
    await test.people.sends(tea, 'a'),
    await test.people.sends(tea, 'b'),
    await test.people.sends(tea, 'c'),
  ];
  const [first, second, third] = sent as [Position, Position, Position];
  return { first, second, third, eventStore: unreadableAt(test.eventStore, [second]) };
};

describe('an event that a reactor cannot decode', () => {
  it('is parked, can be seen, and holds nothing up', async () => {
    const { first, second, third, eventStore } = await withOneUnreadable();
    const runner = await test.start({}, { eventStore });
    await test.until(() => runner.status().state === 'live');
    expect(runner.status().checkpoint?.position).toBe(third);
    expect(test.handled).toEqual([first, third]);
    expect(runner.status()).toMatchObject({ parkedCount: 1 });
    expect(await test.metrics.text()).toContain('verbatim_reactor_parked_count{reactor="bell-v1"} 1');
    const parked = await (await test.state.collection<object>({ name: 'parked-reactions' })).list('', { limit: 10 });
    expect(parked.map(({ document }) => document)).toEqual([
      expect.objectContaining({
        ...{ reactor: 'bell-v1', streamName: `conversation-${tea}`, position: String(second) },
        reason: 'future-version: MessageSent version 2',
      }),
    ]);
  });

  it('may be the newest one: the checkpoint moves over it', async () => {
    const { second, third, eventStore } = await withOneUnreadable();
    const runner = await test.start({}, { eventStore: unreadableAt(eventStore, [third]) });
    await test.until(() => runner.status().parkedCount === 2);
    await runner.stop();
    const next = await test.start({}, { eventStore: unreadableAt(eventStore, [third]) });
    await test.until(() => next.status().state === 'live');
    expect(next.status()).toMatchObject({ checkpoint: { position: third }, parkedCount: 2 });
    expect(test.handled).not.toContain(second);
  });

  it('is reacted to out of its turn, once, by a release that understands it', async () => {
    const { second, third, eventStore } = await withOneUnreadable();
    const old = await test.start({}, { eventStore });
    await test.until(() => old.status().checkpoint?.position === third);
    await old.stop();
    for (let start = 0; start < 2; start += 1) {
      const runner = await test.start();
      await test.until(() => runner.status().state === 'live');
      expect(runner.status().parkedCount).toBe(0);
      await runner.stop();
    }
    expect(test.late).toEqual([second]);
    expect(test.handled).not.toContain(second);
  });

  it('stays parked when the late reaction fails, and is tried again', async () => {
    const { third, eventStore } = await withOneUnreadable();
    const old = await test.start({}, { eventStore });
    await test.until(() => old.status().checkpoint?.position === third);
    await old.stop();
    let tries = 0;
    const runner = await test.start({
      reactLate: async () => {
        tries += 1;
        if (tries === 1) throw new Error('no bell');
      },
    });
    await test.until(() => runner.status().state === 'live');
    expect(tries).toBe(2);
    expect(runner.status().parkedCount).toBe(0);
  });
});
