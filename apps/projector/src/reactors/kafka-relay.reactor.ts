import type { LogIdentity, RecordedEvent } from '@verbatim/event-store';
import { bytesOf, toTopicMessage, type EventTopic, type TopicMessage } from '@verbatim/messaging';
import type { Reactor } from './reactor.js';

export const KAFKA_RELAY = 'kafka-relay-v1';

/** Of one batch. */
const BATCH_MAX_EVENTS = 500;
/** Of one batch, unless a single event is larger; below the 1 MiB that a broker takes by default. */
const BATCH_MAX_BYTES = 512 * 1_024;
/** Tells consumers that the message comes after its turn: not in the order of its key. */
const LATE = { late: 'true' };

/** Copies every event of the log to the topic, from the first on. */
export const kafkaRelay = (topic: EventTopic, identity: LogIdentity): Reactor => ({
  name: KAFKA_RELAY,
  startsAt: 'start',
  batchMaxEvents: BATCH_MAX_EVENTS,
  react: async (events, signal) => {
    const batch = firstBatch(events, identity);
    await topic.publish(batch, signal);
    return batch.length;
  },
  reactLate: async (event, signal) => {
    const { headers, ...message } = toTopicMessage(event, identity);
    await topic.publish([{ ...message, headers: { ...headers, ...LATE } }], signal);
  },
});

const firstBatch = (events: readonly RecordedEvent[], identity: LogIdentity): readonly TopicMessage[] => {
  const batch: TopicMessage[] = [];
  let bytes = 0;
  for (const event of events) {
    const message = toTopicMessage(event, identity);
    bytes += bytesOf(message);
    if (batch.length > 0 && bytes > BATCH_MAX_BYTES) break;
    batch.push(message);
  }
  return batch;
};
