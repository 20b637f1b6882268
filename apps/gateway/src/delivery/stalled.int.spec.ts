import type { UserId } from '@verbatim/domain';
import {
  openMemoryEventStore,
  UndecodableEventError,
  type EventStore,
  type RecordedEvent,
} from '@verbatim/event-store';
import { runGateway, someActor } from '../testkit/gateway.fixtures.js';
import { TestClient } from '../testkit/test-client.fixtures.js';
import { storeWith } from '../testkit/watched-store.fixtures.js';

const ada = someActor();
const bob = someActor();
const adaId = ada.userId as UserId;
const bobId = bob.userId as UserId;

const unknownIn = (events: readonly RecordedEvent[]): UndecodableEventError[] =>
  events
    .filter(({ event }) => (event.data as { body?: string }).body === 'from the future')
    .map((recorded) => new UndecodableEventError(recorded, 'unknown-type', 'MessageTeleported'));

/** The same log to a version that cannot decode what was said "from the future". */
const olderReaderOf = (store: EventStore): EventStore => {
  const leaveOut = (
    events: readonly RecordedEvent[],
    onUndecodable: ((error: UndecodableEventError) => void) | undefined,
  ): readonly RecordedEvent[] => {
    const unknown = unknownIn(events);
    for (const error of unknown) {
      if (onUndecodable === undefined) throw error;
      onUndecodable(error);
    }
    return events.filter(({ position }) => !unknown.some((error) => error.position === position));
  };
  const readStream: EventStore['readStream'] = async (stream, options) => {
    const slice = await store.readStream(stream, options);
    return { ...slice, events: leaveOut(slice.events, options.onUndecodable) };
  };
  const subscribeToAll: EventStore['subscribeToAll'] = (options, handler) =>
    store.subscribeToAll(
      { ...options, batchMaxEvents: 1 },
      {
        ...handler,
        onEvents: (events, position) =>
          handler.onEvents(
            leaveOut(events, (error) => void handler.onUndecodable?.(error)),
            position,
          ),
      },
    );
  return storeWith(store, { readStream, subscribeToAll });
};

describe('a conversation with an event that cannot be decoded', () => {
  const open = async (env: Record<string, string> = {}) => {
    const running = await runGateway({ store: olderReaderOf(openMemoryEventStore()), env });
    const group = await running.writer.group(adaId, bobId);
    const other = await running.writer.direct(adaId, bobId);
    await running.readModels.fold();
    running.readModels.pause(); // as far as a projection comes that stops at such an event
    const start = await TestClient.connect(running.port, someActor(bobId));
    const { cur } = await start.settle();
    await running.writer.send(group, adaId, 'understood');
    await running.writer.send(group, adaId, 'from the future');
    return { running, group, other, cur };
  };

  it('shows nothing from there on, for who knows who was removed there', async () => {
    const { running, group } = await open();
    await running.writer.remove(group, bobId, adaId);
    await running.writer.send(group, adaId, 'secret');
    const client = await TestClient.connect(running.port, bob);
    const page = await client.request('events.page', { conversationId: group, afterSeq: 0 });
    expect(page).toMatchObject({ events: [{ d: { body: 'understood' } }], toSeq: 1, headSeq: 1 });
    const beyond = await client.request('events.page', { conversationId: group, afterSeq: 2 });
    expect(beyond).toEqual({ events: [], toSeq: 1, headSeq: 1 });
    await running.close();
  });

  it.each([
    ['from memory', {}],
    ['from the streams', { GATEWAY_RECENT_MAX_EVENTS: '0' }],
  ])('keeps nobody from resuming in the others %s', async (_, env) => {
    const { running, group, other, cur } = await open(env);
    await running.writer.send(group, adaId, 'after it');
    await running.writer.send(other, adaId, 'elsewhere');
    const client = await TestClient.connect(running.port, bob, cur);
    await client.push('synced');
    expect([client.seqs(group), client.seqs(other)]).toEqual([[1], [1]]);
    await running.close();
  });
});
