// Run as a process of its own, to be killed: appends to a log of its own while it relays it, and prints `PUBLISHED` after each batch
// that the brokers acknowledged, before the checkpoint; `RETRYING` when they do not; `DONE` when all is relayed. Arguments: folder,
// broker, topic, number of events to append, number of the batch after which it kills itself (0: never).
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { CommandId, ConversationEvent, IsoTimestamp, StreamName, UserId } from '@verbatim/domain';
import { openSqliteEventStore, type EventId, type EventToAppend } from '@verbatim/event-store';
import { kafkaConfig, openKafkaEventTopic, type EventTopic, type KafkaConfig } from '@verbatim/messaging';
import { createLogger, createMetrics, systemClock } from '@verbatim/platform';
import { kafkaRelay, Reactors } from '@verbatim/projector';
import { openStateStore } from '@verbatim/state';

const EVENTS_PER_APPEND = 5;
const POLL_MS = 5;
const [folder = '', broker = '', topicName = '', events = '0', lastBatch = '0'] = process.argv.slice(2);
const print = (line: string): void => void writeSync(1, `${line}\n`);
const fail = (error: Error): void => {
  print(`FAILED ${error.message}`);
  process.exit(3);
};

const renamed = (name: string): EventToAppend<ConversationEvent> => ({
  eventId: randomUUID() as EventId,
  event: { type: 'GroupRenamed', data: { name, renamedBy: randomUUID() as UserId } },
  metadata: {
    ...{ actorId: null, deviceId: null, sessionId: null, causationId: null, ipClass: null },
    commandId: randomUUID() as CommandId,
    correlationId: randomUUID(),
    recordedAt: systemClock.nowIso() as IsoTimestamp,
  },
});

/** Stops, if it is to, at the worst moment: the brokers have the batch, and nobody remembers that they do. */
const killing = (topic: EventTopic): EventTopic => {
  let published = 0;
  return {
    close: () => topic.close(),
    publish: async (batch, signal) => {
      await topic.publish(batch, signal);
      published += 1;
      print('PUBLISHED');
      if (published === Number(lastBatch)) process.kill(process.pid, 'SIGKILL');
    },
  };
};

const eventStore = await openSqliteEventStore({ file: join(folder, 'events.db'), onFatal: fail });
const state = await openStateStore(`sqlite:${join(folder, 'state.db')}`, { onFailure: fail });
const logger = createLogger({ name: 'relay', level: 'silent' });
const config = kafkaConfig({ KAFKA_BROKERS: broker, KAFKA_PARTITIONS: '3' }) as KafkaConfig;
const topic = await openKafkaEventTopic(config, { logger, topic: topicName, publishMaxMs: 3_000 });
const metrics = createMetrics({ processMetrics: false });
const parts = { eventStore, state, logger, metrics, clock: systemClock };
const reactors = await Reactors.open([kafkaRelay(killing(topic), eventStore.identity)], parts);
reactors.start();

const append = async (): Promise<void> => {
  for (let count = 0; count < Number(events); count += EVENTS_PER_APPEND) {
    const stream = `conversation-00000000-0000-4000-8000-00000000000${(count / EVENTS_PER_APPEND) % 10}` as StreamName;
    const batch = Array.from({ length: EVENTS_PER_APPEND }, (_, index) => renamed(`name ${count + index}`));
    const { outcome } = await eventStore.append(stream, 'any', batch);
    if (outcome !== 'appended') fail(new Error(outcome));
  }
};

const untilRelayed = async (): Promise<void> => {
  const head = await eventStore.headPosition();
  let before = '';
  for (;;) {
    const [status] = reactors.status();
    if (status?.checkpoint?.position === head) return;
    if (status?.state === 'stopped') fail(new Error(status.reason ?? ''));
    if (status?.state === 'retrying' && before !== 'retrying') print('RETRYING');
    before = status?.state ?? '';
    await wait(POLL_MS);
  }
};

await append();
await untilRelayed();
print('DONE');
await reactors.stop();
await topic.close();
await state.close();
await eventStore.close();
