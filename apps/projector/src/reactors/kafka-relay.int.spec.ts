import { spawn } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { idOf } from '@verbatim/domain';
import { openSqliteEventStore, type Position, type RecordedEvent } from '@verbatim/event-store';
import { describeWithEngine, type RunningEngine } from '@verbatim/testing/engines';
import { readTopic, type ReadMessage } from '@verbatim/testing/kafka';

const RELAY = fileURLToPath(new URL('./relay-process.fixtures.ts', import.meta.url));
const SCHEMAS = new URL('../../../../docs/events/', import.meta.url);
/** Brokers and processes start, on a busy machine. */
const PATIENCE_MS = 120_000;
const PAGE_MAX_EVENTS = 1_000;

type RelayOptions = { readonly events: number; readonly lastBatch?: number };

describeWithEngine('kafka', (engine) => {
  let broker: RunningEngine;
  let folder: string;
  let topic: string;
  beforeAll(async () => {
    broker = await engine.start();
  }, PATIENCE_MS);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'verbatim-relay-'));
    topic = `chat.${randomUUID()}`;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs a relay to its end. @returns how it ended, and what it printed */
  const relay = async ({ events, lastBatch = 0 }: RelayOptions, onLine: (line: string, kill: () => void) => void) => {
    const args = [RELAY, folder, broker.url, topic, String(events), String(lastBatch)];
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      onLine(line, () => child.kill('SIGKILL'));
    });
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    return { end: signal ?? code, lines };
  };
  const ignore = (): void => undefined;

  const readLog = async (): Promise<readonly RecordedEvent[]> => {
    const eventStore = await openSqliteEventStore({ file: join(folder, 'events.db'), onFatal: ignore });
    const all: RecordedEvent[] = [];
    for (let after: Position | null = null; ;) {
      const { events, scannedTo, isAtHead } = await eventStore.readAll({ after, maxCount: PAGE_MAX_EVENTS });
      all.push(...events);
      if (isAtHead) break;
      after = scannedTo;
    }
    await eventStore.close();
    return all;
  };

  /** What a consumer keeps that remembers the highest position of each partition. */
  const deduplicated = (messages: readonly ReadMessage[]): readonly ReadMessage[] => {
    const highest = new Map<number, bigint>();
    return messages.filter(({ partition, headers }) => {
      const position = BigInt(headers['position'] ?? '');
      if (position <= (highest.get(partition) ?? -1n)) return false;
      highest.set(partition, position);
      return true;
    });
  };

  const idsByKey = (entries: readonly { readonly key: string; readonly id: string | undefined }[]) => {
    const ids: Record<string, (string | undefined)[]> = {};
    for (const { key, id } of entries) (ids[key] ??= []).push(id);
    return ids;
  };

  const expectTopicToBeTheLog = async (): Promise<{ readonly duplicates: number }> => {
    const log = await readLog();
    const messages = await readTopic(broker.url, topic);
    const kept = deduplicated(messages);
    expect(idsByKey(kept.map(({ key, headers }) => ({ key, id: headers['ce_id'] })))).toEqual(
      idsByKey(log.map(({ streamName, eventId }) => ({ key: idOf(streamName), id: eventId }))),
    );
    expect(new Set(messages.map(({ headers }) => headers['ce_id'])).size).toBe(log.length);
    expect(messages.filter((message) => !isAsPublished(message))).toEqual([]);
    return { duplicates: messages.length - kept.length };
  };

  it(
    'a relay that is killed between the brokers’ acknowledgement and its checkpoint sends again, and nothing is missing',
    async () => {
      // A batch has 500 events at most: there are three at least.
      for (const lastBatch of [1, 2, 3])
        expect(await relay({ events: 1_200, lastBatch }, ignore)).toMatchObject({ end: 'SIGKILL' });
      for (let run = 0; run < 4; run += 1) {
        let left = randomInt(1, 5);
        const { end } = await relay({ events: 600 }, (_, kill) => {
          left -= 1;
          if (left === 0) kill();
        });
        expect(['SIGKILL', 0]).toContain(end);
      }
      expect(await relay({ events: 100 }, ignore)).toMatchObject({ end: 0 });
      const { duplicates } = await expectTopicToBeTheLog();
      expect(duplicates).toBeGreaterThanOrEqual(3);
    },
    PATIENCE_MS,
  );

  it(
    'a broker that is killed in the middle and comes back misses nothing',
    async () => {
      let killed: Promise<void> | null = null;
      const { end, lines } = await relay({ events: 4_000 }, (line) => {
        if (line === 'PUBLISHED') killed ??= broker.kill();
        else if (line === 'RETRYING') void killed?.then(() => broker.restart());
      });
      expect(end).toBe(0);
      expect(lines).toContain('RETRYING');
      await expectTopicToBeTheLog();
    },
    PATIENCE_MS,
  );

  it(
    'a broker that hangs and wakes up misses nothing',
    async () => {
      let hasHung = false;
      const { end, lines } = await relay({ events: 4_000 }, (line) => {
        if (line === 'RETRYING') return broker.resume();
        if (!hasHung) broker.pause();
        hasHung = true;
      });
      expect(end).toBe(0);
      expect(lines).toContain('RETRYING');
      await expectTopicToBeTheLog();
    },
    PATIENCE_MS,
  );
});

const validators = new Map<string, (value: unknown) => boolean>();

/** Whether a message has the attributes of a CloudEvent, and a value that its published schema takes. */
const isAsPublished = ({ value, headers }: ReadMessage): boolean => {
  const name = `${headers['ce_type']}.v${headers['schemaversion']}.schema.json`;
  const known = validators.get(name);
  const isValid = known ?? new Ajv2020().compile(JSON.parse(readFileSync(new URL(name, SCHEMAS), 'utf8')) as object);
  validators.set(name, isValid);
  const required = ['ce_id', 'ce_source', 'ce_specversion', 'ce_subject', 'ce_time', 'content-type', 'revision'];
  return required.every((header) => headers[header] !== undefined) && isValid(JSON.parse(value));
};
