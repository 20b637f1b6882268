import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import type { IsoTimestamp, Revision, StreamName } from '@verbatim/domain';
import type { EventId, EventMetadata, Position, RecordedEvent } from '@verbatim/event-store';
import { kafkaConfig, openKafkaEventTopic, toTopicMessage, type KafkaConfig } from '@verbatim/messaging';
import { createLogger } from '@verbatim/platform';
import { describeWithEngine, type RunningEngine } from '@verbatim/testing/engines';

const CONSUMER = fileURLToPath(new URL('../../examples/analytics-consumer/consumer.mjs', import.meta.url));
/** A broker and consumer groups start, on a busy machine. */
const PATIENCE_MS = 120_000;
const CONVERSATIONS = 9;
const LOG_ID = randomUUID();

const uuidOf = (number: number): string => `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
const dayOf = (number: number): string => `2026-01-0${1 + (number % 3)}`;

/** The event with this number in its log: every fourth is no chat message. */
const eventOf = (number: number): RecordedEvent => {
  const recordedAt = `${dayOf(number)}T10:00:00.000Z` as IsoTimestamp;
  const sent = { messageId: uuidOf(number), clientMsgId: uuidOf(number), senderId: uuidOf(1), body: 'x' };
  return {
    eventId: uuidOf(number) as EventId,
    streamName: `conversation-${uuidOf(number % CONVERSATIONS)}` as StreamName,
    revision: Math.floor(number / CONVERSATIONS) as Revision,
    position: BigInt(16 * (number + 1)) as Position,
    event:
      number % 4 === 0
        ? { type: 'MemberJoined', data: { userId: uuidOf(number) } }
        : { type: 'MessageSent', data: { ...sent, sentAt: recordedAt } },
    metadata: {
      actorId: null,
      causationId: null,
      commandId: 'c',
      correlationId: 't',
      recordedAt,
    } as never as EventMetadata,
  };
};
const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

/** What an exact count of these events says. */
const truth = (counted: readonly number[]): Record<string, number> => {
  const days: Record<string, number> = {};
  for (const number of counted) if (number % 4 !== 0) days[dayOf(number)] = (days[dayOf(number)] ?? 0) + 1;
  return days;
};

describeWithEngine('kafka', (engine) => {
  let broker: RunningEngine;
  let folder: string;
  let countsFile: string;
  let topic: string;
  let published: number;
  const running = new Set<ChildProcess>();
  beforeAll(async () => {
    broker = await engine.start();
  }, PATIENCE_MS);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'verbatim-analytics-'));
    countsFile = join(folder, 'counts.db');
    topic = `chat.${randomUUID()}`;
    published = 0;
  });
  afterEach(() => {
    for (const child of running) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const publish = async (batch: readonly number[], { epoch = 1, isLate = false } = {}): Promise<void> => {
    const config = kafkaConfig({ KAFKA_BROKERS: broker.url, KAFKA_PARTITIONS: '3' }) as KafkaConfig;
    const events = await openKafkaEventTopic(config, {
      logger: createLogger({ name: 'spec', level: 'silent' }),
      topic,
    });
    for (let at = 0; at < batch.length; at += 50) {
      const messages = batch
        .slice(at, at + 50)
        .map((number) => toTopicMessage(eventOf(number), { logId: LOG_ID, epoch }));
      const late = isLate ? { late: 'true' } : {};
      await events.publish(messages.map((message) => ({ ...message, headers: { ...message.headers, ...late } })));
    }
    published += batch.length;
    await events.close();
  };

  const query = <Row>(sql: string): Row[] => {
    if (!existsSync(countsFile)) return [];
    const database = new Database(countsFile, { readonly: true });
    const rows = database.prepare(sql).all() as Row[];
    database.close();
    return rows;
  };
  const read = (): number =>
    query<{ next_offset: string }>('SELECT * FROM partitions').reduce((sum, row) => sum + Number(row.next_offset), 0);
  const perDay = (): Record<string, number> =>
    Object.fromEntries(
      query<{ day: string; count: number }>('SELECT * FROM messages_per_day').map(({ day, count }) => [day, count]),
    );

  /** Runs the consumer until it is to be stopped; it is asked after each line that it prints. */
  const consumeUntil = async (isEnough: () => boolean, signal: NodeJS.Signals): Promise<void> => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CONSUMER], {
      env: { KAFKA_BROKERS: broker.url, COUNTS_FILE: countsFile, TOPIC: topic, GROUP_ID: topic },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    running.add(child);
    const closed = once(child, 'close');
    createInterface({ input: child.stdout }).on('line', () => {
      if (isEnough()) child.kill(signal);
    });
    await closed;
    running.delete(child);
  };
  const hasReadAll = (): boolean => read() === published;

  it(
    'the consumer counts each message once: copies, late ones, a new epoch, and its own death',
    async () => {
      await publish(numbers(1, 200));
      await publish(numbers(100, 300)); // a relay that died before its checkpoint
      await consumeUntil(() => read() > 0, 'SIGKILL');
      await publish([0, 0], { isLate: true });
      await publish(numbers(250, 300)); // another that woke up late
      await consumeUntil(hasReadAll, 'SIGTERM');
      expect(perDay()).toEqual(truth(numbers(0, 300)));

      await publish([...numbers(0, 20), ...numbers(0, 20)], { epoch: 2 });
      await publish(numbers(290, 300), { epoch: 1 });
      await consumeUntil(hasReadAll, 'SIGTERM');
      expect(perDay()).toEqual(truth([...numbers(0, 300), ...numbers(0, 20)]));
    },
    PATIENCE_MS,
  );

  it(
    'the consumer believes its own file, not what its group has committed',
    async () => {
      await publish(numbers(0, 100));
      await consumeUntil(hasReadAll, 'SIGTERM');
      rmSync(folder, { recursive: true, force: true });
      folder = mkdtempSync(join(tmpdir(), 'verbatim-analytics-'));
      countsFile = join(folder, 'counts.db');
      await consumeUntil(hasReadAll, 'SIGTERM');
      expect(perDay()).toEqual(truth(numbers(0, 100)));
    },
    PATIENCE_MS,
  );
});
