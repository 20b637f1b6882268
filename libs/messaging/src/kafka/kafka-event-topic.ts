import kafkajs, { type Message, type Producer } from 'kafkajs';
import type { Logger } from '@verbatim/platform';
import { TopicUnavailableError, type EventTopic } from '../event-topic.js';
import type { KafkaConfig } from '../kafka.config.js';
import type { TopicMessage } from '../topic-message.js';
import { CLIENT_RETRY, KafkaConnections, REQUEST_MAX_MS } from './kafka-connections.js';
import { reasonOf } from './kafka-errors.js';

/** Of one batch, with everything that is tried for it, ms. */
export const PUBLISH_MAX_MS = 10_000;
/** Every in-sync replica. */
const ACKS_ALL = -1;

export type KafkaEventTopicParts = {
  readonly config: KafkaConfig;
  readonly topic: string;
  readonly logger: Logger;
  readonly publishMaxMs: number;
};

type Session = {
  readonly connections: KafkaConnections;
  readonly producer: Producer;
  readonly connected: Promise<void>;
};

/**
 * Publishes with an idempotent producer: what the client itself tries again is there once. After a failure the producer and its
 * sockets are thrown away, and the batch that it held; the next batch gets a new one.
 */
export class KafkaEventTopic implements EventTopic {
  #session: Session | null = null;
  #isPublishing = false;

  constructor(private readonly options: KafkaEventTopicParts) {}

  async publish(batch: readonly TopicMessage[], signal?: AbortSignal): Promise<void> {
    if (this.#isPublishing) throw new Error('one batch at a time');
    this.#isPublishing = true;
    try {
      await this.#send(batch, signal);
    } catch (error) {
      await this.close();
      throw new TopicUnavailableError(reasonOf(error), { cause: error });
    } finally {
      this.#isPublishing = false;
    }
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.connections.close();
  }

  #send(batch: readonly TopicMessage[], signal: AbortSignal | undefined): Promise<void> {
    const { connections, producer, connected } = (this.#session ??= this.#connect());
    const send = async (): Promise<void> => {
      await connected;
      const messages = batch.map(({ key, value, headers }): Message => ({ key, value, headers }));
      await producer.send({ topic: this.options.topic, acks: ACKS_ALL, timeout: REQUEST_MAX_MS, messages });
    };
    return connections.within(this.options.publishMaxMs, send, signal);
  }

  #connect(): Session {
    const connections = new KafkaConnections(this.options.config, this.options.logger);
    const producer = connections.client.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      // kafkajs would go on for ever by itself, with the batch in memory.
      retry: CLIENT_RETRY,
      allowAutoTopicCreation: false,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
    return { connections, producer, connected: producer.connect() };
  }
}
