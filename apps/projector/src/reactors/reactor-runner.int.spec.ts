import { PositionBeyondHeadError, type EventId, type Position } from '@verbatim/event-store';
import { openSqliteReadModels } from '@verbatim/read-models';
import { openParkedEvents } from '../parked/state-parked-events.js';
import { rebuild } from '../rebuild/rebuild.js';
import { ada, aConversation } from '../testkit/people.fixtures.js';
import { openReactorCheckpoints, REACTOR_CHECKPOINTS, type ReactorCheckpointDocument } from './reactor-checkpoints.js';
import { logWith, ReactorUnderTest } from './reactor-under-test.fixtures.js';

let test: ReactorUnderTest;
beforeEach(async () => {
  test = await ReactorUnderTest.open();
});
afterEach(() => test.close());

const tea = aConversation();
/** Appends so many events, and gives their positions. */
const appended = async (count: number): Promise<Position[]> => {
  const positions: Position[] = [];
  for (let index = 0; index < count; index += 1) positions.push(await test.people.sends(tea, `message ${index}`));
  return positions;
};
const storedCheckpoint = async () =>
  (await (await test.state.collection<ReactorCheckpointDocument>({ name: REACTOR_CHECKPOINTS })).get('bell-v1'))
    ?.document;

describe('a reactor', () => {
  it('handles every event once, in the order of the log, those that come later too', async () => {
    const before = await appended(25);
    await test.start();
    await test.until(() => test.handled.length === 25);
    const after = await appended(3);
    await test.until(() => test.handled.length === 28);
    expect(test.handled).toEqual([...before, ...after]);
    expect(await test.metrics.text()).toContain('verbatim_reactor_events_total{reactor="bell-v1"} 28');
  });

  it('has its checkpoint in State, by name, and goes on behind it', async () => {
    const positions = await appended(12);
    const runner = await test.start();
    await test.until(() => runner.status().state === 'live');
    await runner.stop();
    const last = await test.eventStore.readAt(positions[11] as Position);
    expect(await storedCheckpoint()).toEqual({ position: String(positions[11]), eventId: last?.eventId });
    const later = await appended(1);
    await test.start();
    await test.until(() => test.handled.length === 13);
    expect(test.handled).toEqual([...positions, ...later]);
  });

  it('may be stopped and started again', async () => {
    const runner = await test.start();
    await runner.stop();
    expect(runner.status().state).toBe('standby');
    const positions = await appended(2);
    runner.start();
    await test.until(() => runner.status().state === 'live' && test.handled.length === 2);
    expect(test.handled).toEqual(positions);
  });

  it('may handle the first part of what it is handed', async () => {
    const positions = await appended(10);
    await test.start({
      react: async (events) => {
        test.note(events.slice(0, 3));
        return Math.min(3, events.length);
      },
    });
    await test.until(() => test.handled.length === 10);
    expect(test.handled).toEqual(positions);
  });

  it('that starts at the head leaves out what was before, and nothing that comes while it is down', async () => {
    await appended(3);
    const runner = await test.start({ startsAt: 'head' });
    await test.until(() => runner.status().state === 'live');
    await runner.stop();
    const missed = await appended(2);
    await test.start({ startsAt: 'head' });
    await test.until(() => test.handled.length === 2);
    expect(test.handled).toEqual(missed);
  });
});

describe('trouble with what a reactor causes', () => {
  it('is tried again with the same events until it works, and can be seen', async () => {
    const positions = await appended(5);
    let failures = 0;
    let isMended = false;
    const runner = await test.start({
      react: async (events) => {
        if (!isMended) {
          failures += 1;
          throw new Error('no bell');
        }
        test.note(events);
        return events.length;
      },
    });
    await test.until(() => failures === 3);
    expect(runner.status()).toMatchObject({ state: 'retrying', reason: 'no bell', gapEvents: 5, checkpoint: null });
    const metrics = await test.metrics.text();
    expect(metrics).toMatch(/verbatim_reactor_retries_total\{reactor="bell-v1"\} [23]\n/);
    expect(metrics).toContain('verbatim_reactor_gap_events{reactor="bell-v1"} 5');
    expect(metrics).toMatch(/verbatim_reactor_lag_seconds\{reactor="bell-v1"\} [1-9]/);
    isMended = true;
    await test.until(() => runner.status().state === 'live');
    expect(test.handled).toEqual(positions);
    expect(await test.metrics.text()).toContain('verbatim_reactor_lag_seconds{reactor="bell-v1"} 0');
  });

  it('does not keep a stop waiting', async () => {
    await appended(1);
    let isAsked = false;
    const runner = await test.start({
      react: (_events, signal) =>
        new Promise((_, reject) => {
          isAsked = true;
          signal.addEventListener('abort', () => reject(new Error('given up')));
        }),
    });
    await test.until(() => isAsked);
    await runner.stop();
    expect(await storedCheckpoint()).toBeUndefined();
  });

  it('waits for the batch under way before it stops', async () => {
    const [position] = await appended(1);
    let ring: () => void = () => undefined;
    const runner = await test.start({
      react: () =>
        new Promise((resolve) => {
          ring = () => resolve(1);
        }),
    });
    await test.until(() => runner.status().gapEvents === 1);
    const stopped = runner.stop();
    ring();
    await stopped;
    expect((await storedCheckpoint())?.position).toBe(String(position));
  });
});

describe('a reactor that dies between its effect and its checkpoint', () => {
  it('causes the effect again', async () => {
    const positions = await appended(4);
    const stored = await openReactorCheckpoints(test.state);
    let letGo: () => void = () => undefined;
    const save = (): Promise<boolean> =>
      new Promise((_, reject) => {
        letGo = () => reject(new Error('State is gone'));
      });
    const dying = await test.start({}, { checkpoints: (name) => ({ ...stored(name), save }) });
    await test.until(() => test.handled.length === 4);
    const died = dying.stop();
    letGo();
    await died;
    expect(dying.status().checkpoint).toBeNull();
    await test.start();
    await test.until(() => test.handled.length === 8);
    expect(test.handled).toEqual([...positions, ...positions]);
  });
});

describe('two runners of one reactor', () => {
  it('both go on; each event is handled, and for the first time in the order of the log', async () => {
    const before = await appended(30);
    const runners = [await test.start({ batchMaxEvents: 3 }), await test.start({ batchMaxEvents: 3 })];
    const after = await appended(30);
    const all = [...before, ...after];
    await test.until(() => runners.every((runner) => runner.status().checkpoint?.position === all.at(-1)));
    expect([...new Set(test.handled)]).toEqual(all);
  });
});

describe('a checkpoint that the log does not have', () => {
  const planted = async (document: ReactorCheckpointDocument): Promise<void> => {
    const checkpoints = await test.state.collection<ReactorCheckpointDocument>({ name: REACTOR_CHECKPOINTS });
    await checkpoints.insert('bell-v1', document);
  };

  it.each([
    ['beyond its head', '999999999'],
    ['where it has another event', '16'],
  ])('%s makes the reactor stand still, and says so', async (_, position) => {
    await appended(2);
    await planted({ position, eventId: 'another' as EventId });
    const runner = await test.start();
    await test.until(() => runner.status().state === 'stopped');
    expect(runner.status().reason).toContain(`the reactor bell-v1 is at position ${position}`);
    expect(test.handled).toEqual([]);
    expect(await test.metrics.text()).toContain('verbatim_reactor_stopped_info{reactor="bell-v1"} 1');
  });

  it('found out by the log itself is the same', async () => {
    const [position] = await appended(1);
    const subscribeToAll: typeof test.eventStore.subscribeToAll = (_options, handler) => {
      queueMicrotask(() => handler.onDropped?.(new PositionBeyondHeadError(position as Position)));
      return { close: async () => undefined };
    };
    const runner = await test.start({}, { eventStore: logWith(test.eventStore, { subscribeToAll }) });
    await test.until(() => runner.status().state === 'stopped');
    expect(runner.status().reason).toContain('does not reach');
  });

  it('does not matter to a log that drops its reader for another reason', async () => {
    const positions = await appended(2);
    let drops = 0;
    const subscribeToAll: typeof test.eventStore.subscribeToAll = (options, handler) => {
      if (drops++ > 0) return test.eventStore.subscribeToAll(options, handler);
      queueMicrotask(() => handler.onDropped?.(new Error('the connection is gone')));
      return { close: async () => undefined };
    };
    await test.start({}, { eventStore: logWith(test.eventStore, { subscribeToAll }) });
    await test.until(() => test.handled.length === 2);
    expect(test.handled).toEqual(positions);
  });
});

it('a rebuild is no reason to react again', async () => {
  await test.people.registers(ada, 'ada');
  const runner = await test.start();
  await test.until(() => runner.status().state === 'live');
  const checkpoint = await storedCheckpoint();
  await runner.stop();
  const store = await openSqliteReadModels({ file: 'memory:', log: test.eventStore.identity });
  await rebuild({ eventStore: test.eventStore, store, parkedEvents: await openParkedEvents(test.state) });
  await store.close();
  expect(await storedCheckpoint()).toEqual(checkpoint);
  expect(test.handled).toHaveLength(1);
});
