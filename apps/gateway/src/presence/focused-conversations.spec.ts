import type { ConversationId, UserId } from '@verbatim/domain';
import type { Membership } from '@verbatim/read-models';
import { Audience } from '../delivery/audience.js';
import { Subscriber } from '../delivery/subscriber.js';
import { FocusedConversations, WATCHED_MEMBERS_MAX } from './focused-conversations.js';

const [here, there] = ['here', 'there'] as ConversationId[] as [ConversationId, ConversationId];
const [ada, bob, cleo] = ['ada', 'bob', 'cleo'] as UserId[] as [UserId, UserId, UserId];

/** A gateway at which ada is local; the read model answers when it is told to. */
const gateway = (isShared = true) => {
  const watched = new Set<string>();
  const topics = new Set<string>();
  const presence = {
    isShared,
    signals: {
      follow: (topic: string) => void topics.add(topic),
      unfollow: (topic: string) => void topics.delete(topic),
      publish: () => {},
      onSignal: () => {},
    },
    watch: (userId: string) => void watched.add(userId),
    unwatch: (userId: string) => void watched.delete(userId),
  };
  const pages: { answer: (userIds: readonly UserId[]) => void; fail: (error: Error) => void }[] = [];
  const page = (): Promise<readonly Membership[]> =>
    new Promise((resolve, fail) => {
      const answer = (userIds: readonly UserId[]): void => resolve(userIds.map((userId) => ({ userId }) as Membership));
      pages.push({ answer, fail });
    });
  const membership = { page, ofUser: () => Promise.reject(new Error()), ofUserIn: () => Promise.reject(new Error()) };
  const audience = new Audience((conversationId) => focused.changed(conversationId));
  const readModels = { membership, waitUntil: () => Promise.resolve(true) };
  const focused = new FocusedConversations({ presence, readModels, audience, placeOf: () => null });
  const actor = { userId: ada, deviceId: '', sessionId: '', role: 'user' } as const;
  const subscriber = new Subscriber('1', actor, { write: () => {}, close: () => {} });
  audience.admit(ada, [here, there]).subscribers.add(subscriber);
  const focus = (...conversationIds: ConversationId[]): void => audience.focus(subscriber, conversationIds);
  return { focused, audience, focus, pages, watched, topics };
};

describe('what a gateway wants to hear of', () => {
  it('is the conversations that are focused and their members, as long as they are', async () => {
    const { focused, focus, pages, watched, topics } = gateway();
    focus(here);
    const loaded = focused.loaded([here]);
    pages[0]?.answer([ada, bob]);
    await loaded;
    expect([[...topics], [...watched]]).toEqual([[here], [ada, bob]]);
    focus();
    await Promise.resolve();
    expect([topics.size, watched.size]).toEqual([0, 0]);
  });

  it('stays what it is when a focus is replaced by the same', async () => {
    const { focused, focus, pages } = gateway();
    focus(here);
    await Promise.resolve();
    focus(here);
    await Promise.resolve();
    pages[0]?.answer([bob]);
    await focused.loaded([here]);
    expect([pages.length, focused.membersOf(here)]).toEqual([1, new Set([bob])]);
  });

  it('leaves out who left while the members were read, and who leaves later', async () => {
    const { focused, focus, pages, watched } = gateway();
    focus(here);
    const loaded = focused.loaded([here]);
    focused.membersChanged(here, [cleo], [bob]);
    pages[0]?.answer([ada, bob]);
    await loaded;
    expect(watched).toEqual(new Set([cleo, ada]));
    focused.membersChanged(here, [bob], [cleo]);
    expect(watched).toEqual(new Set([ada, bob]));
  });

  it('keeps somebody for the other conversation when he leaves one', async () => {
    const { focused, focus, pages, watched } = gateway();
    focus(here, there);
    const loaded = focused.loaded([here, there]);
    for (const { answer } of pages) answer([bob]);
    await loaded;
    focused.membersChanged(here, [], [bob]);
    expect([[...watched], [...focused.conversationsOf(bob)]]).toEqual([[bob], [there]]);
  });

  it('is nothing of a conversation whose focus ended before its members were known', async () => {
    const { focused, focus, pages, watched } = gateway();
    focus(here);
    const loaded = focused.loaded([here]);
    focus();
    await Promise.resolve();
    pages[0]?.answer([bob]);
    await loaded;
    expect(watched.size).toBe(0);
  });

  it('is no more members of a conversation than its limit', async () => {
    const { focused, focus, pages, watched } = gateway();
    focus(here);
    const loaded = focused.loaded([here]);
    pages[0]?.answer(Array.from({ length: WATCHED_MEMBERS_MAX }, (_, index) => `user-${index}` as UserId));
    await loaded;
    focused.membersChanged(here, [bob], []);
    expect([watched.size, watched.has(bob)]).toEqual([WATCHED_MEMBERS_MAX, false]);
  });

  it('is still the signals of a conversation whose members cannot be read', async () => {
    const { focused, focus, pages, topics } = gateway();
    focus(here);
    const loaded = focused.loaded([here]);
    pages[0]?.fail(new Error('the read models are away'));
    await loaded;
    expect(topics).toEqual(new Set([here]));
  });

  it('is nothing for a gateway that is alone', async () => {
    const { focused, focus, pages, topics } = gateway(false);
    focus(here);
    await focused.loaded([here]);
    expect([pages.length, topics.size]).toEqual([0, 0]);
  });
});
