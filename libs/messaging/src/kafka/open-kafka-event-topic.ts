import type { Logger } from '@verbatim/platform';
import { EVENTS_TOPIC, type EventTopic } from '../event-topic.js';
import type { KafkaConfig } from '../kafka.config.js';
import { checkBrokers } from './check-brokers.js';
import { KafkaConnections } from './kafka-connections.js';
import { KafkaEventTopic, PUBLISH_MAX_MS } from './kafka-event-topic.js';
import { startError } from './kafka-errors.js';
import { prepareTopic } from './prepare-topic.js';

/** Time for the topic to be found or made, ms. */
const PREPARE_MAX_MS = 20_000;

export type KafkaEventTopicOptions = {
  readonly logger: Logger;
  /** Default: `EVENTS_TOPIC`. */
  readonly topic?: string;
  /** Of one batch, with everything that is tried for it, ms. Default: `PUBLISH_MAX_MS`. */
  readonly publishMaxMs?: number;
};

/**
 * Finds the brokers, and the topic, which it makes when it is missing. Bounded in time.
 * @throws OperatorError when no broker answers, they are too old or refuse the credentials, or the topic has too few partitions
 */
export const openKafkaEventTopic = async (
  config: KafkaConfig,
  { logger, topic = EVENTS_TOPIC, publishMaxMs = PUBLISH_MAX_MS }: KafkaEventTopicOptions,
): Promise<EventTopic> => {
  await checkBrokers(config);
  const connections = new KafkaConnections(config, logger);
  try {
    await connections.within(PREPARE_MAX_MS, async () => {
      const admin = connections.client.admin();
      await admin.connect();
      await prepareTopic(admin, topic, config);
    });
  } catch (error) {
    throw startError(error);
  } finally {
    await connections.close();
  }
  return new KafkaEventTopic({ config, topic, logger, publishMaxMs });
};
