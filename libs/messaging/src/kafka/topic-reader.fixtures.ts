import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';

export type ReadMessage = {
  readonly partition: number;
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
};

const client = (broker: string): kafkajs.Kafka =>
  new kafkajs.Kafka({ brokers: [broker], logLevel: kafkajs.logLevel.NOTHING, retry: { retries: 5 } });

/** Everything that the topic holds now, each partition in its order. */
export const readTopic = async (broker: string, topic: string): Promise<readonly ReadMessage[]> => {
  const kafka = client(broker);
  const admin = kafka.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const left = new Map(offsets.map(({ partition, high }) => [partition, Number(high)] as const));
  const messages: ReadMessage[] = [];
  const isDone = (): boolean => [...left.values()].every((count) => count <= 0);
  if (isDone()) return messages;
  const consumer = kafka.consumer({ groupId: `reader-${randomUUID()}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    const eachMessage = async ({ partition, message }: kafkajs.EachMessagePayload): Promise<void> => {
      const headers = Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]);
      const [key, value] = [String(message.key), String(message.value)];
      messages.push({ partition, key, value, headers: Object.fromEntries(headers) as Record<string, string> });
      left.set(partition, (left.get(partition) ?? 0) - 1);
      if (isDone()) resolve();
    };
    consumer.run({ eachMessage }).catch(reject);
  });
  await consumer.disconnect();
  return messages;
};
