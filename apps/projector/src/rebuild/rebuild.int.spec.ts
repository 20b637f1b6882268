import { receiptsStream, type Seq } from '@verbatim/domain';
import type { Position } from '@verbatim/event-store';
import type { Build } from '@verbatim/read-models';
import { openParkedEvents } from '../parked/state-parked-events.js';
import { ada, aConversation, bob } from '../testkit/people.fixtures.js';
import { poisoned, ProjectorUnderTest } from '../testkit/projector-under-test.fixtures.js';
import { verify } from '../verify/verify.js';
import { rebuild } from './rebuild.js';

let projector: ProjectorUnderTest;
beforeEach(async () => {
  projector = await ProjectorUnderTest.open();
});
afterEach(() => projector.close());

const rebuilt = async (names?: Parameters<typeof rebuild>[0]['names']) => {
  const { eventStore, store, state } = projector;
  const parkedEvents = await openParkedEvents(state);
  return rebuild({ eventStore, store, parkedEvents, ...(names === undefined ? {} : { names }) });
};
const head = async (): Promise<Position> => (await projector.eventStore.headPosition()) as Position;
const generations = async () =>
  Object.fromEntries((await projector.store.builds()).map(({ projection, generation }) => [projection, generation]));

describe('rebuilding read models', () => {
  it('makes them from nothing', async () => {
    const tea = aConversation();
    await projector.people.starts(tea);
    await projector.people.sends(tea, 'one', 'two');
    expect(await rebuilt()).toMatchObject({ events: 3, parkedCount: 0 });
    expect(await projector.store.readModels.inbox.entry(bob, tea)).toMatchObject({ unread: 2 });
    expect((await verify(projector)).differenceCount).toBe(0);
  });

  it('rebuilds only those that are named', async () => {
    await projector.people.starts(aConversation());
    expect(await rebuilt(['inbox-v1'])).toMatchObject({ projections: ['inbox-v1'] });
    expect(await generations()).toMatchObject({ 'inbox-v1': 2, 'timeline-v1': 1 });
    expect(await projector.store.readModels.checkpoint('timeline-v1')).toBeNull();
  });

  it('of an empty log is done at once', async () => {
    expect(await rebuilt()).toMatchObject({ events: 0 });
  });

  it('shows every reader whole answers while it goes on, and the runner follows', async () => {
    const { people, store } = projector;
    const tea = aConversation();
    await people.starts(tea);
    for (let batch = 0; batch < 5; batch += 1) await people.sends(tea, ...Array<string>(100).fill('hello'));
    await projector.start();
    await projector.passed(await head());
    const isDone = rebuilt().then(() => true);
    let answers = 0;
    for (let done = false; !done; answers += 1) {
      const [page, entry] = await Promise.all([
        store.readModels.timeline.page(bob, tea, { kind: 'newest' }, 200),
        store.readModels.inbox.entry(bob, tea),
      ]);
      expect(page?.itemTexts).toHaveLength(200);
      expect(entry).toMatchObject({ headSeq: page?.headSeq, unread: 500 });
      done = await Promise.race([isDone, new Promise<boolean>((resolve) => void setImmediate(() => resolve(false)))]);
    }
    expect(answers).toBeGreaterThan(1);
    await projector.passed(await people.sends(tea, 'after the switch'));
    expect(await store.readModels.inbox.entry(bob, tea)).toMatchObject({ unread: 501 });
    expect(Object.values(await generations())).toEqual([2, 2, 2, 2, 2]);
    await projector.runner?.stop();
    expect((await verify(projector)).differenceCount).toBe(0);
  });

  it('keeps up with messages that are sent meanwhile', async () => {
    const { people } = projector;
    const tea = aConversation();
    await people.starts(tea);
    await projector.start();
    const building = rebuilt();
    for (let count = 0; count < 50; count += 1) await people.sends(tea, `message ${count}`);
    await building;
    await projector.passed(await people.sends(tea, 'last'));
    await projector.runner?.stop();
    expect((await verify(projector)).differenceCount).toBe(0);
  });

  it('folds what was parked, when it can be folded now', async () => {
    const { people } = projector;
    const tea = aConversation();
    await people.starts(tea);
    await projector.start({ projections: poisoned('timeline-v1', (type) => type === 'MessageSent') });
    await projector.passed(await people.sends(tea, 'parked'));
    await projector.runner?.stop();
    await rebuilt();
    await projector.start();
    expect(projector.runner?.status().every(({ parkedCount }) => parkedCount === 0)).toBe(true);
    expect(await projector.store.readModels.timeline.page(ada, tea, { kind: 'newest' }, 10)).toMatchObject({
      asOfSeq: 1,
    });
  });

  it('keeps what it parked when it ends the moment after it took over', async () => {
    const tea = aConversation();
    const watermark = { userId: bob, deliveredUpTo: 0 as Seq, readUpTo: 0 as Seq };
    await projector.people.append(receiptsStream(tea), { type: 'ReceiptsAdvanced', data: { users: [watermark] } });
    const { eventStore, store, state } = projector;
    const dying = new Proxy(store, {
      get: (target, name) =>
        name === 'activate'
          ? (build: Build) => target.activate(build).then(() => Promise.reject(new Error('killed')))
          : (Reflect.get(target, name) as (...args: unknown[]) => unknown).bind(target),
    });
    const parkedEvents = await openParkedEvents(state);
    await expect(rebuild({ eventStore, store: dying, parkedEvents, names: ['inbox-v1'] })).rejects.toThrow('killed');
    await projector.start();
    await projector.passed(await projector.people.starts(tea));
    const inbox = projector.runner?.status().find(({ projection }) => projection === 'inbox-v1');
    expect(inbox).toMatchObject({ parkedCount: 1 });
    expect(await store.readModels.inbox.entry(bob, tea)).toBeNull();
  });

  it('stops at an event that may not be left out, and leaves the read model as it was', async () => {
    const tea = aConversation();
    await projector.people.starts(tea);
    await rebuilt();
    const { userId } = { userId: aConversation() };
    await projector.people.append(`conversation-${tea}` as never, {
      type: 'MemberLeft',
      data: { userId, newOwnerId: null },
    });
    await expect(rebuilt(['membership-v1'])).rejects.toThrow('membership-v1 cannot be rebuilt');
    expect(await projector.store.readModels.membership.ofUserIn(bob, tea)).toMatchObject({ sinceSeq: 0 });
  });
});
