import type { StreamName } from '@verbatim/domain';
import { isWireEventName, wireEvents } from '@verbatim/protocol';
import { aCommandId, aConversationId, ada, aLog, bob, cleo, type RecordedLog } from '../recorded-log.fixtures.js';
import { historyItemTextOf, wireEventOf } from './wire-event.js';

const conversationId = aConversationId(1);
const wireOf = (log: RecordedLog) => {
  const wireEvent = wireEventOf(log.last);
  return wireEvent === null ? null : { ev: wireEvent.ev, d: JSON.parse(wireEvent.dText) as unknown };
};

describe('translating a stored event for clients', () => {
  it('names every field of a message', () => {
    const log = aLog().group(1, ada).sent(1, ada, 'a "quoted" line\nand another', aCommandId(7));
    const { messageId } = log.last.event.data as { messageId: string };
    expect(wireOf(log)).toEqual({
      ev: 'message.sent',
      d: {
        conversationId,
        seq: 1,
        messageId,
        clientMsgId: aCommandId(7),
        senderId: ada,
        body: 'a "quoted" line\nand another',
        sentAt: '2026-01-01T10:00:00.000Z',
      },
    });
  });

  it.each<readonly [string, RecordedLog, object]>([
    [
      'conversation.created',
      aLog().direct(1, bob, ada),
      { kind: 'direct', participantIds: [ada, bob], createdBy: bob },
    ],
    [
      'group.created',
      aLog().group(1, ada, [bob], 'tea', 'invite-only'),
      { name: 'tea', visibility: 'invite-only', creatorId: ada, memberIds: [bob] },
    ],
    ['group.renamed', aLog().renamed(1, ada, 'coffee'), { name: 'coffee', renamedBy: ada }],
    ['member.joined', aLog().joined(1, bob), { userId: bob }],
    ['member.left', aLog().left(1, ada, bob), { userId: ada, newOwnerId: bob }],
    ['member.added', aLog().added(1, ada, bob, cleo), { userIds: [bob, cleo], addedBy: ada }],
    ['member.removed', aLog().removed(1, ada, bob), { userId: bob, removedBy: ada }],
  ])('makes %s with the seq of its conversation', (ev, log, data) => {
    expect(wireOf(log)).toEqual({ ev, d: { conversationId, seq: 0, ...data } });
    expect(isWireEventName(ev) && wireEvents[ev].class).toBe('item');
  });

  it('makes receipts without a seq', () => {
    expect(wireOf(aLog().receipt(1, bob, 5, 3))).toEqual({
      ev: 'receipt.advanced',
      d: { conversationId, users: [{ userId: bob, deliveredUpTo: 5, readUpTo: 3 }] },
    });
  });

  it('keeps what happens in the stream of a user from everybody', () => {
    expect(wireEventOf(aLog().registered(ada, 'ada').last)).toBeNull();
  });

  it('shows no field that the protocol does not name', () => {
    const data = { userId: bob, secret: 'not for clients' };
    const log = aLog().append(`conversation-${conversationId}` as StreamName, { type: 'MemberJoined', data }, bob);
    expect(wireEventOf(log.last)?.dText).not.toContain('secret');
  });

  it('makes the text of an event once', () => {
    const { last } = aLog().sent(1, ada);
    expect(wireEventOf(last)).toBe(wireEventOf(last));
  });
});

describe('a history item', () => {
  it('is the data of the push with its name as type, first', () => {
    const wireEvent = wireEventOf(aLog().joined(1, bob).last);
    expect(wireEvent && historyItemTextOf(wireEvent)).toBe(
      `{"type":"member.joined","conversationId":"${conversationId}","seq":0,"userId":"${bob}"}`,
    );
  });
});
