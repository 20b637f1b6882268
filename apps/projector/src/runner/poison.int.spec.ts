import { userStream } from '@verbatim/domain';
import { UndecodableEventError, type EventStore, type SubscriptionHandler } from '@verbatim/event-store';
import { ada, aConversation, bob } from '../testkit/people.fixtures.js';
import { allBut, poisoned, ProjectorUnderTest } from '../testkit/projector-under-test.fixtures.js';
import { verify } from '../verify/verify.js';

let projector: ProjectorUnderTest;
beforeEach(async () => {
  projector = await ProjectorUnderTest.open();
});
afterEach(() => projector.close());

const statusOf = async (name: string) => {
  await projector.runner?.whenCaughtUp();
  return projector.runner?.status().find(({ projection }) => projection === name);
};
const renamed = { type: 'GroupRenamed', data: { name: 'coffee', renamedBy: ada } } as const;
const profile = { type: 'ProfileUpdated', data: { displayName: 'Ada' } } as const;

describe('an event that a projection cannot fold, where it parks', () => {
  const timelinePoison = () => poisoned('timeline-v1', (type) => type === 'GroupRenamed');

  it('holds back what comes after it in its conversation, and nothing else', async () => {
    const { people, store } = projector;
    const [tea, milk] = [aConversation(), aConversation()];
    await people.starts(tea);
    await people.starts(milk);
    await projector.start({ projections: timelinePoison() });
    await people.append(`conversation-${tea}` as never, renamed);
    await people.sends(tea, 'held');
    await projector.passed(await people.sends(milk, 'free'));
    const { timeline, inbox } = store.readModels;
    expect(await timeline.page(ada, tea, { kind: 'newest' }, 10)).toMatchObject({ asOfSeq: 0 });
    expect(await timeline.page(ada, milk, { kind: 'newest' }, 10)).toMatchObject({ asOfSeq: 1 });
    expect(await inbox.entry(ada, tea)).toMatchObject({ headSeq: 2, name: 'coffee' });
    expect(await statusOf('timeline-v1')).toMatchObject({ state: 'live', parkedCount: 1 });
    expect(await projector.metrics.text()).toContain('verbatim_projection_parked_count{projection="timeline-v1"} 1');
  });

  it('is folded by a replay once it can be, with all that waited, in order, also after restarts', async () => {
    const { people, store } = projector;
    const tea = aConversation();
    await people.starts(tea);
    await projector.start({ projections: timelinePoison() });
    await people.append(`conversation-${tea}` as never, renamed);
    await projector.passed(await people.sends(tea, 'held'));
    await projector.start();
    await projector.passed(await people.sends(tea, 'held too'));
    expect(await statusOf('timeline-v1')).toMatchObject({ parkedCount: 1 });
    expect(await store.readModels.timeline.page(ada, tea, { kind: 'newest' }, 10)).toMatchObject({ asOfSeq: 0 });

    expect(await projector.runner?.replayParked()).toEqual([]);
    expect(await statusOf('timeline-v1')).toMatchObject({ parkedCount: 0 });
    await projector.passed(await people.sends(tea, 'free'));
    await projector.start();
    expect(await statusOf('timeline-v1')).toMatchObject({ parkedCount: 0 });
    await projector.runner?.stop();
    expect((await verify(projector)).differenceCount).toBe(0);
  });

  it('stays parked while it still cannot be folded', async () => {
    const { people } = projector;
    const tea = aConversation();
    await people.starts(tea);
    await projector.start({ projections: timelinePoison() });
    await projector.passed(await people.append(`conversation-${tea}` as never, renamed));
    const [left, ...more] = (await projector.runner?.replayParked()) ?? [];
    expect(left).toMatchObject({
      projection: 'timeline-v1',
      subjectId: tea,
      reason: expect.stringContaining('poison'),
    });
    expect(more).toEqual([]);
  });

  it('is an event without what it builds on, too', async () => {
    const { people, store } = projector;
    await projector.start();
    await people.append(userStream(ada), profile);
    await projector.passed(await people.registers(bob, 'bob'));
    expect(await statusOf('users-v1')).toMatchObject({ parkedCount: 1 });
    expect(await store.readModels.users.byId(bob)).not.toBeNull();
  });
});

describe('an event that a projection cannot fold, where it stops', () => {
  it('stops that projection before the event, with the reason, and no other', async () => {
    const { people, store } = projector;
    const tea = aConversation();
    const before = await people.starts(tea);
    await projector.start({ projections: poisoned('membership-v1', (type) => type === 'MemberRemoved') });
    await people.removesBob(tea);
    await projector.passed(await people.sends(tea, 'not for bob'), allBut('membership-v1'));
    expect(await statusOf('membership-v1')).toMatchObject({ state: 'stopped', checkpoint: { position: before } });
    expect((await statusOf('membership-v1'))?.reason).toContain('poison');
    expect(await store.readModels.timeline.page(bob, tea, { kind: 'newest' }, 10)).toMatchObject({ headSeq: 0 });
    expect(await projector.metrics.text()).toContain('verbatim_projection_stopped_info{projection="membership-v1"} 1');
  });

  it('goes on from there after a start with the mistake mended', async () => {
    const { people } = projector;
    const tea = aConversation();
    await people.starts(tea);
    await projector.start({ projections: poisoned('membership-v1', (type) => type === 'MemberRemoved') });
    await people.removesBob(tea);
    await projector.passed(await people.sends(tea, 'one'), allBut('membership-v1'));
    await projector.start();
    await projector.passed(await people.sends(tea, 'two'));
    await projector.runner?.stop();
    expect((await verify(projector)).differenceCount).toBe(0);
  });
});

describe('an event that cannot be decoded', () => {
  /** A log in which the events of one stream mean nothing to this program. */
  const unreadable = (eventStore: EventStore, streamName: string): EventStore => {
    const subscribeToAll: EventStore['subscribeToAll'] = (options, handler) => {
      const deliver: SubscriptionHandler['onEvents'] = async (events, position) => {
        for (const event of events)
          if (event.streamName !== streamName) await handler.onEvents([event], event.position);
          else await handler.onUndecodable?.(new UndecodableEventError(event, 'unknown-type', 'MessageSung'));
        await handler.onEvents([], position);
      };
      return eventStore.subscribeToAll(options, { ...handler, onEvents: deliver });
    };
    return new Proxy(eventStore, {
      get: (target, name) => {
        const member: unknown = name === 'subscribeToAll' ? subscribeToAll : Reflect.get(target, name, target);
        return typeof member === 'function' && name !== 'subscribeToAll' ? (member.bind(target) as unknown) : member;
      },
    });
  };

  it('is poison to those who fold its category and passes the others', async () => {
    const { people } = projector;
    await projector.start({ eventStore: unreadable(projector.eventStore, userStream(ada)) });
    await people.registers(ada, 'ada');
    await projector.passed(await people.registers(bob, 'bob'));
    expect(await statusOf('users-v1')).toMatchObject({ state: 'live', parkedCount: 1 });
    expect(await statusOf('membership-v1')).toMatchObject({ state: 'live', parkedCount: 0 });
    expect(await projector.store.readModels.users.byId(ada)).toBeNull();
  });
});
