import fc from 'fast-check';
import { conversationIdOf, type ConversationEvent, type ConversationId, type UserId } from '@verbatim/domain';
import type { RecordedEvent } from '@verbatim/event-store';
import { folded } from '../projection/folded-documents.fixtures.js';
import { randomLog } from '../random-log.fixtures.js';
import { aConversationId, ada, aLog, bob, cleo, type RecordedLog } from '../recorded-log.fixtures.js';
import { membershipDocuments, membershipProjection } from './membership.projection.js';

const memberIn = (log: RecordedLog, userId: UserId, conversation = 1) =>
  folded(membershipProjection, log.events).find(membershipDocuments, aConversationId(conversation) + userId);

describe('the membership of a conversation', () => {
  it('starts with both sides of a direct conversation, none of them an owner', () => {
    const log = aLog().direct(1, ada, bob);
    expect(memberIn(log, ada)).toMatchObject({
      role: 'member',
      isCurrent: 1,
      intervals: [{ fromSeq: 0, toSeq: null }],
    });
    expect(memberIn(log, bob)).toMatchObject({ role: 'member', isCurrent: 1 });
  });

  it('makes the creator of a group its owner', () => {
    const log = aLog().group(1, ada, [bob]);
    expect(memberIn(log, ada)?.role).toBe('owner');
    expect(memberIn(log, bob)?.role).toBe('member');
  });

  it('ends at the seq of the removal and leaves a tombstone', () => {
    const log = aLog().group(1, ada, [bob]).sent(1, ada).removed(1, ada, bob).sent(1, ada);
    expect(memberIn(log, bob)).toMatchObject({ isCurrent: 0, intervals: [{ fromSeq: 0, toSeq: 2 }] });
  });

  it('keeps every stay of someone who comes back', () => {
    const log = aLog().group(1, ada, [bob]).left(1, bob).sent(1, ada).added(1, ada, bob);
    expect(memberIn(log, bob)?.intervals).toEqual([
      { fromSeq: 0, toSeq: 1 },
      { fromSeq: 3, toSeq: null },
    ]);
  });

  it('hands the group over when its owner leaves, and takes the role from him', () => {
    const log = aLog().group(1, ada, [bob, cleo]).left(1, ada, bob);
    expect([memberIn(log, ada)?.role, memberIn(log, bob)?.role, memberIn(log, cleo)?.role]).toEqual([
      'member',
      'owner',
      'member',
    ]);
  });

  it('makes the first to join an empty group its owner', () => {
    const log = aLog().group(1, ada).left(1, ada).joined(1, bob).joined(1, cleo);
    expect([memberIn(log, bob)?.role, memberIn(log, cleo)?.role]).toEqual(['owner', 'member']);
  });

  it('is never ended for somebody who has none', () => {
    expect(() => folded(membershipProjection, aLog().group(1, ada).left(1, bob).events)).toThrow('no member');
  });

  it('is not resurrected by an old event that is folded again', () => {
    const log = aLog().group(1, ada).added(1, ada, bob).removed(1, ada, bob);
    const documents = folded(membershipProjection, log.events).fold(log.events.slice(0, 2));
    expect(documents.find(membershipDocuments, aConversationId(1) + bob)?.isCurrent).toBe(0);
  });
});

/** Who is a member, by the plainest fold there is: sets that are filled and emptied. */
const independentFold = (events: readonly RecordedEvent[]): Map<ConversationId, Set<string>> => {
  const members = new Map<ConversationId, Set<string>>();
  for (const recorded of events) {
    if (!recorded.streamName.startsWith('conversation-')) continue;
    const id = conversationIdOf(recorded.streamName);
    const inside = members.get(id) ?? members.set(id, new Set()).get(id) ?? new Set<string>();
    const event = recorded.event as ConversationEvent;
    if (event.type === 'GroupCreated')
      for (const user of [event.data.creatorId, ...event.data.memberIds]) inside.add(user);
    if (event.type === 'MembersAdded') for (const user of event.data.userIds) inside.add(user);
    if (event.type === 'MemberJoined') inside.add(event.data.userId);
    if (event.type === 'MemberLeft' || event.type === 'MemberRemoved') inside.delete(event.data.userId);
  }
  return members;
};

it('agrees with an independent fold of any log', () => {
  fc.assert(
    fc.property(randomLog, ({ events }) => {
      const current = folded(membershipProjection, events)
        .all(membershipDocuments)
        .filter(({ isCurrent }) => isCurrent === 1);
      for (const [conversationId, members] of independentFold(events)) {
        const mine = current.filter((document) => document.conversationId === conversationId);
        expect(new Set(mine.map(({ userId }) => userId))).toEqual(members);
        expect(mine.filter(({ role }) => role === 'owner')).toHaveLength(members.size === 0 ? 0 : 1);
      }
    }),
  );
});
