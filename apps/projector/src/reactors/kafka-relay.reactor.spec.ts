import { openMemoryEventStore, type EventStore, type RecordedEvent } from '@verbatim/event-store';
import type { EventTopic, TopicMessage } from '@verbatim/messaging';
import { aConversation, People } from '../testkit/people.fixtures.js';
import { kafkaRelay } from './kafka-relay.reactor.js';

/** What it is handed, by batch. */
const listeningTopic = (): EventTopic & { readonly batches: (readonly TopicMessage[])[] } => {
  const batches: (readonly TopicMessage[])[] = [];
  return { batches, publish: async (batch) => void batches.push(batch), close: async () => undefined };
};

const { signal } = new AbortController();
const eventStore: EventStore = openMemoryEventStore();
const people = new People(eventStore);
const tea = aConversation();
const sent = async (...bodies: readonly string[]): Promise<readonly RecordedEvent[]> => {
  const after = await eventStore.headPosition();
  await people.sends(tea, ...bodies);
  return (await eventStore.readAll({ after, maxCount: 1_000 })).events;
};

describe('the relay', () => {
  it('publishes what it is handed as one batch, in order', async () => {
    const topic = listeningTopic();
    const events = await sent('one', 'two', 'three');
    expect(await kafkaRelay(topic, eventStore.identity).react(events, signal)).toBe(3);
    const positions = topic.batches.map((batch) => batch.map(({ headers }) => headers['position']));
    expect(positions).toEqual([events.map(({ position }) => String(position))]);
  });

  it('ends a batch before 512 KiB are passed, and says how far it came', async () => {
    const topic = listeningTopic();
    const events = await sent(...Array.from({ length: 40 }, () => 'x'.repeat(16_000)));
    const count = await kafkaRelay(topic, eventStore.identity).react(events, signal);
    expect(count).toBe(31); // 31 of 16,000 characters and their headers fit
    expect(topic.batches[0]).toHaveLength(count);
  });

  it('publishes an event by itself that is larger than a batch', async () => {
    const topic = listeningTopic();
    const events = await sent('x'.repeat(600_000), 'small');
    expect(await kafkaRelay(topic, eventStore.identity).react(events, signal)).toBe(1);
  });

  it('does not say that it is done when the topic does not', async () => {
    const down: EventTopic = { publish: () => Promise.reject(new Error('no broker')), close: async () => undefined };
    const events = await sent('one');
    await expect(kafkaRelay(down, eventStore.identity).react(events, signal)).rejects.toThrow('no broker');
  });

  it('marks what comes after its turn', async () => {
    const topic = listeningTopic();
    const [event] = await sent('one');
    const relay = kafkaRelay(topic, eventStore.identity);
    await relay.react([event as RecordedEvent], signal);
    await relay.reactLate(event as RecordedEvent, signal);
    const [[inTurn], [late]] = topic.batches as [[TopicMessage], [TopicMessage]];
    expect(inTurn.headers['late']).toBeUndefined();
    expect(late).toEqual({ ...inTurn, headers: { ...inTurn.headers, late: 'true' } });
  });
});
