import fc from 'fast-check';
import type { ConversationId, UserId } from '@verbatim/domain';
import { Audience } from './audience.js';
import type { LogEvent } from './outgoing.js';
import { Subscriber } from './subscriber.js';
import { present } from '../testkit/present.fixtures.js';

const [ada, bob, cleo] = ['ada', 'bob', 'cleo'] as [UserId, UserId, UserId];
const users = [ada, bob, cleo];
const [here, there] = ['one', 'two'] as [ConversationId, ConversationId];
const conversations = [here, there];
const step = fc.record({
  change: fc.constantFrom('join', 'leave', 'message', 'connect'),
  user: fc.constantFrom(...users),
  conversation: fc.constantFrom(...conversations),
});

const subscriberOf = (userId: UserId, got: LogEvent[]): Subscriber => {
  const sink = { write: (push: unknown) => void got.push(push as LogEvent), close: () => {} };
  const subscriber = new Subscriber(userId, { userId, deviceId: '', sessionId: '', role: 'user' }, sink);
  subscriber.goLive();
  return subscriber;
};
const eventAt = (position: number): LogEvent => ({ position: BigInt(position) }) as LogEvent;

describe('the audience of a conversation', () => {
  it('is what an independent fold of the membership says, at every message', () =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const audience = new Audience();
        const got = new Map<UserId, LogEvent[]>(users.map((user) => [user, []]));
        const members = new Set<string>();
        const connected = new Set<UserId>();
        const expected = new Map<UserId, number[]>(users.map((user) => [user, []]));
        for (const [index, { change, user, conversation }] of steps.entries()) {
          const key = `${user} ${conversation}`;
          if (change === 'join') {
            members.add(key);
            audience.joined(conversation, [user]);
          } else if (change === 'leave') {
            members.delete(key);
            audience.left(conversation, [user]);
          } else if (change === 'connect' && !connected.has(user)) {
            connected.add(user);
            const theirs = conversations.filter((id) => members.has(`${user} ${id}`));
            audience.admit(user, theirs).subscribers.add(subscriberOf(user, present(got.get(user))));
          } else if (change === 'message') {
            audience.room(conversation)?.deliver(eventAt(index));
            for (const one of connected)
              if (members.has(`${one} ${conversation}`)) present(expected.get(one)).push(index);
          }
        }
        for (const user of users)
          expect(present(got.get(user)).map(({ position }) => Number(position))).toEqual(expected.get(user));
      }),
    ));

  it('keeps no room that nobody local is in', () => {
    const audience = new Audience();
    audience.admit(ada, conversations);
    audience.left(here, [ada]);
    audience.dismiss(ada);
    expect(audience.rooms).toBe(0);
  });

  it('keeps a user who has a connection', () => {
    const audience = new Audience();
    audience.admit(ada, conversations).subscribers.add(subscriberOf(ada, []));
    audience.dismiss(ada);
    expect(audience.isMember(ada, here)).toBe(true);
  });

  it('takes the focus from those who leave', () => {
    const audience = new Audience();
    const subscriber = subscriberOf(ada, []);
    audience.admit(ada, conversations).subscribers.add(subscriber);
    audience.admit(bob, conversations);
    audience.focus(subscriber, conversations);
    audience.left(here, [ada]);
    expect(audience.room(here)?.focusers?.has(subscriber)).toBe(false);
    expect(audience.room(there)?.focusers?.has(subscriber)).toBe(true);
  });
});
