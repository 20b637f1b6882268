import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMemoryEventStore } from '@verbatim/event-store';
import { openSqliteReadModels, type ReadModelStore } from '@verbatim/read-models';
import { ada, aConversation, bob } from '../testkit/people.fixtures.js';
import { ProjectorUnderTest } from '../testkit/projector-under-test.fixtures.js';
import { verify } from '../verify/verify.js';
import { ReadModelsAheadError } from './checkpoint-check.js';

let projector: ProjectorUnderTest;
beforeEach(async () => {
  projector = await ProjectorUnderTest.open();
});
afterEach(() => projector.close());

const differences = async (): Promise<number> => {
  await projector.runner?.stop();
  return (await verify(projector)).differenceCount;
};

describe('keeping read models up to date', () => {
  it('folds what the log holds and goes on with what is appended', async () => {
    const { people, store } = projector;
    const tea = aConversation();
    await people.starts(tea);
    await projector.passed(await startAnd(() => people.sends(tea, 'one')));
    expect(await store.readModels.inbox.entry(bob, tea)).toMatchObject({ headSeq: 1, unread: 1 });
    await projector.passed(await people.sends(tea, 'two', 'three'));
    expect(await store.readModels.inbox.entry(bob, tea)).toMatchObject({ headSeq: 3, unread: 3 });
    expect(await differences()).toBe(0);
  });

  it('starts again where it stopped, in the middle of a run too', async () => {
    const { people } = projector;
    const conversations = [aConversation(), aConversation(), aConversation()];
    for (const conversation of conversations) await people.starts(conversation);
    for (let round = 0; round < 6; round += 1) {
      await projector.start();
      for (const conversation of conversations) await people.sends(conversation, ...Array<string>(20).fill('hello'));
      await projector.runner?.stop();
    }
    const last = await people.removesBob(conversations[0] as never);
    await projector.start();
    await projector.passed(last);
    expect(await differences()).toBe(0);
  });

  it('reports each projection as live, at the head, with nothing to do', async () => {
    const position = await startAnd(() => projector.people.registers(ada, 'ada'));
    await projector.passed(position);
    await projector.runner?.whenCaughtUp();
    const status = projector.runner?.status() ?? [];
    expect(status).toHaveLength(5);
    for (const each of status)
      expect(each).toMatchObject({ state: 'live', checkpoint: { position }, gapEvents: 0, parkedCount: 0 });
  });

  it('publishes lag, gap, parked and stopped of every projection', async () => {
    await projector.passed(await startAnd(() => projector.people.registers(ada, 'ada')));
    await projector.runner?.whenCaughtUp();
    const text = await projector.metrics.text();
    for (const name of ['lag_seconds', 'gap_events', 'parked_count', 'stopped_info'])
      expect(text).toContain(`verbatim_projection_${name}{projection="membership-v1"} 0`);
    expect(text).toContain('verbatim_projection_events_total{projection="timeline-v1"} 1');
  });
});

describe('trouble with the store', () => {
  it('is met by writing the same again until it works', async () => {
    const { store, people } = projector;
    let failures = 3;
    const write: ReadModelStore['write'] = async (batch) => {
      if (failures-- > 0) throw new Error('the disk is busy');
      return store.write(batch);
    };
    const failing = new Proxy(store, { get: (target, name) => (name === 'write' ? write : bound(target, name)) });
    const tea = aConversation();
    await people.starts(tea);
    const position = await people.sends(tea, 'one');
    await projector.start({ store: failing });
    await projector.passed(position);
    expect(await projector.metrics.text()).toContain('verbatim_projection_retries_total 3');
    expect(await differences()).toBe(0);
  });

  it('is not lost when an answer is lost: what was written twice is there once', async () => {
    const { store, people } = projector;
    let losses = 2;
    const write: ReadModelStore['write'] = async (batch) => {
      const outcome = await store.write(batch);
      if (losses-- > 0) throw new Error('the answer is lost');
      return outcome;
    };
    const lossy = new Proxy(store, { get: (target, name) => (name === 'write' ? write : bound(target, name)) });
    const tea = aConversation();
    await people.starts(tea);
    const position = await people.sends(tea, 'one', 'two');
    await projector.start({ store: lossy });
    await projector.passed(position);
    expect(await differences()).toBe(0);
  });
});

describe('a build that another one takes over from', () => {
  it('is left for it, also when the store does not answer just then', async () => {
    const { store, people } = projector;
    let failures = 0;
    const builds: ReadModelStore['builds'] = () =>
      failures-- > 0 ? Promise.reject(new Error('the database is busy')) : store.builds();
    const failing = new Proxy(store, { get: (target, name) => (name === 'builds' ? builds : bound(target, name)) });
    await projector.start({ store: failing });
    failures = 3;
    expect(await store.activate(await store.startBuild('users-v1'))).toBe('activated');
    await projector.passed(await people.registers(ada, 'ada'));
    expect(await differences()).toBe(0);
  });
});

describe('a log that is not the one that was folded', () => {
  it('is refused when it has lost its end', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'projector-'));
    const file = join(folder, 'read-models.db');
    const whole = await ProjectorUnderTest.open(file);
    await whole.start();
    await whole.passed(await whole.people.registers(ada, 'ada'));
    await whole.close();

    const cut = openMemoryEventStore();
    const sameLog = new Proxy(cut, {
      get: (target, name) => (name === 'identity' ? whole.eventStore.identity : bound(target, name)),
    });
    const store = await openSqliteReadModels({ file, log: whole.eventStore.identity });
    await expect(projector.start({ eventStore: sameLog, store })).rejects.toThrow(ReadModelsAheadError);
    await store.close();
    await cut.close();
    await rm(folder, { recursive: true, force: true });
  });
});

const startAnd = async <Result>(act: () => Promise<Result>): Promise<Result> => {
  await projector.start();
  return act();
};

/** A member of something, ready to be called without it. */
const bound = <Target extends object>(target: Target, name: string | symbol): unknown => {
  const member: unknown = Reflect.get(target, name, target);
  return typeof member === 'function' ? (member.bind(target) as unknown) : member;
};
