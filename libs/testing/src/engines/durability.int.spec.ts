import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { Kafka, logLevel } from 'kafkajs';
import { MongoClient } from 'mongodb';
import { describeWithEngine } from './describe-with-engine.js';
import { redisCommand } from './engines.fixtures.js';
import { ENGINE_HOOK_MAX_MS, type RunningEngine } from './running-engine.js';

const CALL_MAX_MS = 20_000;

const documentsAt = async (url: string, insert: boolean): Promise<number> => {
  const client = await MongoClient.connect(url, { serverSelectionTimeoutMS: CALL_MAX_MS });
  try {
    const collection = client.db('engines').collection('kept');
    if (insert) await collection.insertOne({ body: 'written before the kill' });
    return await collection.countDocuments({});
  } finally {
    await client.close();
  }
};

const restartKilled = async (running: RunningEngine): Promise<void> => {
  await running.kill();
  await running.restart();
};

describe('what outlives a kill', () => {
  describeWithEngine('ferretdb', (engine) => {
    it(
      'a document',
      async () => {
        const running = await engine.start();
        expect(await documentsAt(running.url, true)).toBe(1);
        await restartKilled(running);
        expect(await documentsAt(running.url, false)).toBe(1);
      },
      ENGINE_HOOK_MAX_MS,
    );
  });

  describeWithEngine('mongo-java-server', (engine) => {
    it(
      'nothing: it keeps its documents in memory',
      async () => {
        const running = await engine.start();
        expect(await documentsAt(running.url, true)).toBe(1);
        await restartKilled(running);
        expect(await documentsAt(running.url, false)).toBe(0);
      },
      ENGINE_HOOK_MAX_MS,
    );
  });

  describeWithEngine('redis', (engine) => {
    it(
      'nothing: it runs without persistence',
      async () => {
        const running = await engine.start();
        expect(await redisCommand(running, 'SET key value')).toBe('+OK');
        expect(await redisCommand(running, 'EXISTS key')).toBe(':1');
        await restartKilled(running);
        expect(await redisCommand(running, 'EXISTS key')).toBe(':0');
      },
      ENGINE_HOOK_MAX_MS,
    );
  });

  describeWithEngine('kafka', (engine) => {
    it(
      'a topic and its records',
      async () => {
        const running = await engine.start();
        const topic = 'kept';
        const kafka = (): Kafka => new Kafka({ brokers: [running.url], logLevel: logLevel.NOTHING });
        const producer = kafka().producer({ idempotent: true });
        const before = kafka().admin();
        await before.connect();
        await before.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
        await producer.connect();
        await producer.send({ topic, acks: -1, messages: [{ key: 'k', value: 'written before the kill' }] });
        await Promise.all([before.disconnect(), producer.disconnect()]);
        await restartKilled(running);
        const after = kafka().admin();
        await after.connect();
        expect(await after.fetchTopicOffsets(topic)).toMatchObject([{ high: '1' }]);
        await after.disconnect();
      },
      ENGINE_HOOK_MAX_MS,
    );
  });

  describeWithEngine('event-store-server', (engine) => {
    it(
      'an event',
      async () => {
        const running = await engine.start();
        const stream = 'conversation-kept';
        const first = EventStoreDBClient.connectionString(running.url);
        await first.appendToStream(stream, jsonEvent({ type: 'Written', data: { body: 'before the kill' } }));
        await first.dispose();
        await restartKilled(running);
        const second = EventStoreDBClient.connectionString(running.url);
        const types: string[] = [];
        for await (const { event } of second.readStream(stream)) types.push(event?.type ?? 'none');
        await second.dispose();
        expect(types).toEqual(['Written']);
      },
      ENGINE_HOOK_MAX_MS,
    );
  });
});
