import type { Admin } from 'kafkajs';
import type { KafkaConfig } from '../kafka.config.js';
import { OperatorError } from '@verbatim/platform';
import { REQUEST_MAX_MS } from './kafka-connections.js';

/** With three replicas two have to acknowledge, so that one broker may be away; with fewer, one. */
const minInsyncReplicasOf = (replicationFactor: number): number => (replicationFactor >= 3 ? 2 : 1);

/** Makes the topic when it is missing. @throws OperatorError when it has fewer partitions than configured */
export const prepareTopic = async (admin: Admin, topic: string, config: KafkaConfig): Promise<void> => {
  const names = await admin.listTopics();
  if (!names.includes(topic)) await create(admin, topic, config);
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  const partitions = topics[0]?.partitions.length ?? 0;
  if (partitions < config.partitions)
    throw new OperatorError(
      `the Kafka topic ${topic} has ${partitions} partitions and KAFKA_PARTITIONS is ${config.partitions}: ` +
        `set KAFKA_PARTITIONS=${partitions}. More partitions would put later messages of a key elsewhere, out of order`,
    );
};

const create = async (admin: Admin, topic: string, { partitions, replicationFactor }: KafkaConfig): Promise<void> => {
  // False when somebody else made it meanwhile: its partitions are counted all the same.
  await admin.createTopics({
    timeout: REQUEST_MAX_MS,
    waitForLeaders: true,
    topics: [
      {
        topic,
        numPartitions: partitions,
        replicationFactor,
        configEntries: [
          { name: 'cleanup.policy', value: 'delete' },
          { name: 'min.insync.replicas', value: String(minInsyncReplicasOf(replicationFactor)) },
        ],
      },
    ],
  });
};
