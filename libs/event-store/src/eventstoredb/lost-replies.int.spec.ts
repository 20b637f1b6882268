import { setTimeout as delay } from 'node:timers/promises';
import type { Revision } from '@verbatim/domain';
import { appendUntilKnown } from '../append-until-known.js';
import type { AppendOutcome, EventStore } from '../event-store.js';
import { aConversation, messages, sent } from '../event-store.fixtures.js';
import { openLog, ServerUnderTest } from './event-store-db.fixtures.js';
import { APPEND_TIMEOUT_MS } from './limits.js';

const server = new ServerUnderTest();
let store: EventStore;
beforeAll(async () => {
  store = await openLog(server.url);
});
afterAll(() => store.close());
beforeEach(() => server.process.fault({ repliesToDrop: 0, appendDelayMs: 0, leader: null, killAfterAppends: null }));

const at = (revision: number): Revision => revision as Revision;
const headOf = async (stream: Parameters<EventStore['readStream']>[0]) =>
  (await store.readStream(stream, { maxCount: 1 })).headRevision;

describe('an append whose reply is lost', () => {
  it('is unknown within its time, and known by the same ids at the same expected revision', async () => {
    const stream = aConversation();
    await store.append(stream, 'no-stream', messages(2));
    const batch = messages(3);
    await server.process.fault({ repliesToDrop: 1 });
    const first = await store.append(stream, at(1), batch);
    const second = await store.append(stream, at(1), batch);
    expect(first.outcome).toBe('unknown');
    expect(second).toMatchObject({ outcome: 'appended', lastRevision: 4 });
    expect(await headOf(stream)).toBe(4);
  });

  it('does not break the chain of what is appended after it', async () => {
    const stream = aConversation();
    await server.process.fault({ repliesToDrop: 1 });
    const outcome = await appendUntilKnown(store, stream, 'no-stream', messages(2));
    await store.append(stream, at(1), messages(2));
    const { events } = await store.readStream(stream, { maxCount: 10 });
    expect([outcome.outcome, events.length]).toEqual(['appended', 4]);
  });

  it('does not keep other streams from appending', async () => {
    const [slow, other] = [aConversation(), aConversation()];
    await server.process.fault({ repliesToDrop: 1 });
    const lost = store.append(slow, 'no-stream', messages(1));
    const outcome = await store.append(other, 'no-stream', messages(1));
    expect([outcome.outcome, (await lost).outcome]).toEqual(['appended', 'unknown']);
  });

  it('that comes late after all is known too', async () => {
    const stream = aConversation();
    const batch = messages(1);
    await server.process.fault({ appendDelayMs: APPEND_TIMEOUT_MS + 200 });
    const first = await store.append(stream, 'no-stream', batch);
    await server.process.fault({ appendDelayMs: 0 });
    expect([first.outcome, await store.append(stream, 'no-stream', batch)]).toMatchObject([
      'unknown',
      { outcome: 'appended', lastRevision: 0 },
    ]);
  });
});

describe('a server that is not the leader', () => {
  it('leaves an append unknown, and takes it when it leads again', async () => {
    const stream = aConversation();
    const batch = messages(1);
    await server.process.fault({ leader: { host: '127.0.0.1', port: server.process.port } });
    const first = await store.append(stream, 'no-stream', batch);
    await server.process.fault({ leader: null });
    const second = await appendUntilKnown(store, stream, 'no-stream', batch);
    expect([first.outcome, second.outcome]).toEqual(['unknown', 'appended']);
  });
});

describe('a server that hangs', () => {
  it('leaves appends unknown within their time, and takes them when it goes on', async () => {
    const stream = aConversation();
    const batch = messages(1);
    server.process.pause();
    const outcome = await store.append(stream, 'no-stream', batch);
    server.process.resume();
    expect(outcome.outcome).toBe('unknown');
    expect(await appendUntilKnown(store, stream, 'no-stream', batch)).toMatchObject({ lastRevision: 0 });
  });
});

describe('a server that is killed while it is written to, and started again', () => {
  /** Appends one event after the other for as long as it takes to know each. */
  const writeUntilKnown = async (count: number): Promise<readonly AppendOutcome[]> => {
    const stream = aConversation();
    const outcomes: AppendOutcome[] = [];
    for (let index = 0; index < count; index += 1) {
      const batch = [sent(`${index}`)];
      let outcome: AppendOutcome;
      do {
        outcome = await appendUntilKnown(store, stream, index === 0 ? 'no-stream' : at(index - 1), batch);
        if (outcome.outcome === 'unknown') await delay(20);
      } while (outcome.outcome === 'unknown');
      outcomes.push(outcome);
    }
    const { events } = await store.readStream(stream, { maxCount: count + 1 });
    expect(events.map(({ position }) => position)).toEqual(
      outcomes.map((outcome) => (outcome.outcome === 'appended' ? outcome.lastPosition : outcome)),
    );
    return outcomes;
  };

  it('has every acknowledged event once', async () => {
    const writers = Array.from({ length: 8 }, () => writeUntilKnown(30));
    for (let kills = 0; kills < 3; kills += 1) {
      await server.process.fault({ killAfterAppends: 25 });
      await server.restart();
    }
    const outcomes = (await Promise.all(writers)).flat();
    expect(outcomes.filter(({ outcome }) => outcome === 'appended')).toHaveLength(8 * 30);
  });
});
