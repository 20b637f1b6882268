/**
 * Counts chat messages per day, each exactly once, from the Kafka topic of a Verbatim server. See README.md beside it.
 */
import kafkajs from 'kafkajs';
import { CountsStore } from './counts-store.mjs';

const { KAFKA_BROKERS = '127.0.0.1:9092', COUNTS_FILE = './counts.db', GROUP_ID = 'verbatim-analytics' } = process.env;
const TOPIC = process.env.TOPIC ?? 'chat.events.v1';

/** A consumer that died is replaced after this long. */
const SESSION_MAX_MS = 10_000;
/** Kafka's name for the oldest offset that is still there. */
const EARLIEST = '-2';

const kafka = new kafkajs.Kafka({
  clientId: 'analytics-consumer',
  brokers: KAFKA_BROKERS.split(','),
  logLevel: kafkajs.logLevel.ERROR,
});
const counts = new CountsStore(COUNTS_FILE);
const consumer = kafka.consumer({ groupId: GROUP_ID, sessionTimeout: SESSION_MAX_MS });

/**
 * @param {number} partition
 * @param {import('kafkajs').KafkaMessage} message
 * @returns {import('./counts-store.mjs').Seen}
 */
const seenOf = (partition, { offset, headers = {} }) => {
  const header = (/** @type {string} */ name) => String(headers[name] ?? '');
  return {
    partition,
    offset,
    id: header('ce_id'),
    epoch: Number(header('epoch')),
    position: BigInt(header('position')),
    isLate: headers.late !== undefined,
    day: header('ce_type') === 'MessageSent' ? header('ce_time').slice(0, 10) : null,
  };
};

// The database knows how far its counts go; what the group has committed may lie behind that after a crash.
consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
  for (const partition of payload.memberAssignment[TOPIC] ?? [])
    consumer.seek({ topic: TOPIC, partition, offset: counts.nextOffset(partition) ?? EARLIEST });
});
await consumer.connect();
await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
await consumer.run({
  eachBatch: async ({ batch: { partition, messages } }) => {
    const added = counts.count(messages.map((message) => seenOf(partition, message)));
    process.stdout.write(`partition ${partition}: ${messages.length} messages, ${added} new\n`);
  },
});

const stop = async () => {
  await consumer.disconnect();
  counts.close();
};
process.once('SIGINT', () => void stop());
process.once('SIGTERM', () => void stop());
