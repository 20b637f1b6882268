import type { UserId } from '@verbatim/domain';
import { folded } from '../projection/folded-documents.fixtures.js';
import { aConversationId, ada, aLog, bob, cleo, type RecordedLog } from '../recorded-log.fixtures.js';
import { conversationHeads } from './conversation-head.js';
import { inboxProjection } from './inbox.projection.js';
import { memberMarks } from './member-marks.js';

const headOf = (log: RecordedLog) => folded(inboxProjection, log.events).find(conversationHeads, aConversationId(1));
const marksOf = (log: RecordedLog, userId: UserId) =>
  folded(inboxProjection, log.events).find(memberMarks, userId + aConversationId(1));

describe('the head of a conversation', () => {
  it('knows both sides of a direct conversation', () => {
    expect(headOf(aLog().direct(1, ada, bob))).toMatchObject({
      kind: 'direct',
      participantIds: [ada, bob],
      memberCount: 2,
      headSeq: 0,
      lastMessageSeq: -1,
      messageCount: 0,
    });
  });

  it('moves with every event and counts messages only', () => {
    const log = aLog().group(1, ada).sent(1, ada).sent(1, ada).renamed(1, ada, 'tea');
    expect(headOf(log)).toMatchObject({ name: 'tea', headSeq: 3, lastMessageSeq: 2, messageCount: 2 });
  });

  it('counts members and follows the owner', () => {
    const log = aLog().group(1, ada, [bob]).joined(1, cleo).left(1, ada, bob);
    expect(headOf(log)).toMatchObject({ memberCount: 2, ownerId: bob });
  });
});

describe('the marks of a member', () => {
  it('start below the event that made him a member, with nothing unread', () => {
    const log = aLog().group(1, ada).sent(1, ada).sent(1, ada).joined(1, bob);
    expect(marksOf(log, bob)).toMatchObject({ readSeq: 2, deliveredSeq: 2, messageCountAtRead: 2 });
  });

  it('advance by sending', () => {
    const log = aLog().direct(1, ada, bob).sent(1, bob).sent(1, ada);
    expect(marksOf(log, ada)).toMatchObject({ readSeq: 2, deliveredSeq: 2, messageCountAtRead: 2 });
    expect(marksOf(log, bob)).toMatchObject({ readSeq: 1, messageCountAtRead: 1 });
  });

  it('advance by receipts and never go back', () => {
    const log = aLog().direct(1, ada, bob).sent(1, ada).sent(1, ada).receipt(1, bob, 2, 2).receipt(1, bob, 1, 0);
    expect(marksOf(log, bob)).toMatchObject({ deliveredSeq: 2, readSeq: 2, messageCountAtRead: 2 });
  });

  it('keep the count of the last time that all was read', () => {
    const log = aLog()
      .direct(1, ada, bob)
      .sent(1, ada)
      .receipt(1, bob, 1, 1)
      .sent(1, ada)
      .sent(1, ada)
      .receipt(1, bob, 3, 2);
    expect(marksOf(log, bob)).toMatchObject({ deliveredSeq: 3, readSeq: 2, messageCountAtRead: 1 });
  });

  it('take read for delivered', () => {
    const log = aLog().direct(1, ada, bob).sent(1, ada).receipt(1, bob, -1, 1);
    expect(marksOf(log, bob)?.deliveredSeq).toBe(1);
  });

  it('hold the head as it was when he left, whatever comes later', () => {
    const log = aLog()
      .group(1, ada, [bob], 'tea')
      .sent(1, ada)
      .removed(1, ada, bob)
      .sent(1, ada)
      .renamed(1, ada, 'coffee');
    expect(marksOf(log, bob)?.departedHead).toMatchObject({
      name: 'tea',
      headSeq: 2,
      lastMessageSeq: 1,
      memberCount: 1,
    });
  });

  it('forget the departure of someone who comes back', () => {
    const log = aLog().group(1, ada, [bob]).left(1, bob).sent(1, ada).joined(1, bob);
    expect(marksOf(log, bob)).toMatchObject({ departedHead: null, departedPosition: null, readSeq: 2 });
  });
});
