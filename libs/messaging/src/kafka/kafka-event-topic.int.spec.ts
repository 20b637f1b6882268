import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { jest } from '@jest/globals';
import { createLogger, OperatorError } from '@verbatim/platform';
import { describeWithEngine, type RunningEngine } from '@verbatim/testing/engines';
import { readTopic } from '@verbatim/testing/kafka';
import { TopicUnavailableError, type EventTopic } from '../event-topic.js';
import { kafkaConfig, type KafkaConfig } from '../kafka.config.js';
import type { TopicMessage } from '../topic-message.js';
import { openKafkaEventTopic } from './open-kafka-event-topic.js';

/** A broker starts again, or a publication gives up: more than any of it takes. */
const PATIENCE_MS = 90_000;
const logger = createLogger({ name: 'spec', level: 'silent' });

const message = (key: string, value: string): TopicMessage => ({ key, value, headers: { position: value } });
const batchOf = (first: number, count: number): TopicMessage[] =>
  Array.from({ length: count }, (_, index) => message(`key-${(first + index) % 7}`, String(first + index)));

/** Sockets that somebody holds open to a port of this machine; the columns of /proc/net/tcp are those of Linux. */
const openSocketsTo = (port: number): number => {
  const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return rows.filter(([, , to = '', , , , , , , inode = '0']) => to.endsWith(remote) && inode !== '0').length;
};

describeWithEngine('kafka', (engine) => {
  let broker: RunningEngine;
  let topic: string;
  const opened: EventTopic[] = [];
  const config = (env: Readonly<Record<string, string>> = {}): KafkaConfig =>
    kafkaConfig({ KAFKA_BROKERS: broker.url, ...env }) as KafkaConfig;
  const open = async (env?: Readonly<Record<string, string>>): Promise<EventTopic> => {
    const events = await openKafkaEventTopic(config(env), { logger, topic, publishMaxMs: 3_000 });
    opened.push(events);
    return events;
  };
  beforeAll(async () => {
    broker = await engine.start();
  }, PATIENCE_MS);
  beforeEach(() => {
    topic = `chat.${randomUUID()}`;
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((events) => events.close()));
  });

  describe('publishing', () => {
    it('keeps the order of each key, with key, value and headers', async () => {
      const events = await open({ KAFKA_PARTITIONS: '3' });
      for (let first = 0; first < 300; first += 100) await events.publish(batchOf(first, 100));
      const read = await readTopic(broker.url, topic);
      expect(new Set(read.map(({ partition }) => partition)).size).toBe(3);
      for (let key = 0; key < 7; key += 1) {
        const ofKey = read.filter((one) => one.key === `key-${key}`);
        const all = batchOf(0, 300).filter((one) => one.key === `key-${key}`);
        expect(ofKey.map(({ partition: _, ...one }) => one)).toEqual(all);
      }
    });

    it('takes one batch at a time', async () => {
      const events = await open();
      const first = events.publish(batchOf(0, 10));
      await expect(events.publish(batchOf(10, 10))).rejects.toThrow('one batch at a time');
      await first;
    });

    it('arms no timer of less than no time', async () => {
      const setTimer = jest.spyOn(globalThis, 'setTimeout');
      const events = await open();
      for (let first = 0; first < 10; first += 1) await events.publish(batchOf(first, 1));
      const delays = setTimer.mock.calls.map(([, delayMs]) => delayMs ?? 0);
      setTimer.mockRestore();
      expect(delays.length).toBeGreaterThan(0);
      expect(delays.filter((delayMs) => delayMs < 0)).toEqual([]);
    });
  });

  describe('the start', () => {
    it('finds the topic that an earlier start made', async () => {
      await open();
      await expect(open({ KAFKA_PARTITIONS: '3' })).resolves.toBeDefined();
    });

    it('is refused by a topic with fewer partitions than configured', async () => {
      await open({ KAFKA_PARTITIONS: '3' });
      const refused = open({ KAFKA_PARTITIONS: '4' });
      await expect(refused).rejects.toThrow(OperatorError);
      await expect(refused).rejects.toThrow(/has 3 partitions and KAFKA_PARTITIONS is 4: set KAFKA_PARTITIONS=3/);
    });

    it.each([
      ['KAFKA_REPLICATION_FACTOR', { KAFKA_REPLICATION_FACTOR: '3' }],
      ['KAFKA_TLS', { KAFKA_TLS: 'true' }],
      ['KAFKA_USER', { KAFKA_USER: 'relay', KAFKA_PASSWORD: 'one-of-a-kind' }],
      ['KAFKA_BROKERS', { KAFKA_BROKERS: '127.0.0.1:1' }],
    ])('is refused with one line that names a wrong %s', async (name, env) => {
      const error: unknown = await open(env).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(OperatorError);
      expect((error as OperatorError).message).toContain(name);
      expect((error as OperatorError).message).not.toMatch(/\n|one-of-a-kind/);
    });
  });

  describe('a broker', () => {
    it(
      'that is killed and comes back gets the batch again',
      async () => {
        const events = await open();
        await events.publish(batchOf(0, 10));
        await broker.kill();
        await expect(events.publish(batchOf(10, 10))).rejects.toThrow(TopicUnavailableError);
        await broker.restart();
        let isThere = false;
        while (!isThere)
          isThere = await events.publish(batchOf(10, 10)).then(
            () => true,
            () => false,
          );
        const values = (await readTopic(broker.url, topic)).map(({ value }) => Number(value));
        expect([...new Set(values)].toSorted((one, other) => one - other)).toEqual([...Array(20).keys()]);
      },
      PATIENCE_MS,
    );

    it(
      'that accepts and never answers is given up, with its sockets',
      async () => {
        const events = await open();
        await events.publish(batchOf(0, 10));
        expect(openSocketsTo(broker.port)).toBeGreaterThan(0);
        broker.pause();
        try {
          await expect(events.publish(batchOf(10, 10))).rejects.toThrow(TopicUnavailableError);
          const aborted = events.publish(batchOf(10, 10), AbortSignal.abort());
          await expect(aborted).rejects.toThrow(/given up/);
          while (openSocketsTo(broker.port) > 0) await new Promise((resolve) => setImmediate(resolve));
        } finally {
          broker.resume();
        }
        await events.publish(batchOf(10, 10));
      },
      PATIENCE_MS,
    );
  });
});
