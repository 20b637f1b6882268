import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';

export type ReadMessage = {
  readonly partition: number;
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
};

const textsOf = (headers: kafkajs.IHeaders): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

const messagesLeft = async (kafka: kafkajs.Kafka, topic: string): Promise<Map<number, number>> => {
  const admin = kafka.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  return new Map(offsets.map(({ partition, low, high }) => [partition, Number(high) - Number(low)]));
};

/** Everything that a Kafka topic holds now, each partition in its order. */
export const readTopic = async (broker: string, topic: string): Promise<readonly ReadMessage[]> => {
  const kafka = new kafkajs.Kafka({ brokers: [broker], logLevel: kafkajs.logLevel.NOTHING, retry: { retries: 8 } });
  const left = await messagesLeft(kafka, topic);
  const isDone = (): boolean => [...left.values()].every((count) => count <= 0);
  const messages: ReadMessage[] = [];
  if (isDone()) return messages;
  const consumer = kafka.consumer({ groupId: `reader-${randomUUID()}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    const eachMessage = async ({ partition, message }: kafkajs.EachMessagePayload): Promise<void> => {
      const { key, value, headers = {} } = message;
      messages.push({ partition, key: String(key), value: String(value), headers: textsOf(headers) });
      left.set(partition, (left.get(partition) ?? 0) - 1);
      if (isDone()) resolve();
    };
    consumer.run({ eachMessage }).catch(reject);
  });
  await consumer.disconnect();
  return messages;
};
