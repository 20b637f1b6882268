import type { HistoryItem } from '@verbatim/protocol';
import { promptOf } from '../screen/prompt.js';
import { printable } from './escape.js';
import { itemLine, receiptLine, receiptMark } from './lines.js';

const names: Readonly<Record<string, string>> = { a: 'ada', b: 'bob', c: 'carol' };
const nameOf = (userId: string) => names[userId] ?? userId;
const place = { conversationId: 'x', seq: 3 };
const message = (body: string): HistoryItem => ({
  ...place,
  type: 'message.sent',
  messageId: 'm',
  clientMsgId: 'c',
  senderId: 'a',
  body,
  sentAt: '2026-01-01T00:00:00.000Z',
});

describe('text of others', () => {
  it.each([
    ['\u001b[2J', '\\u001b[2J'],
    ['\u001b]0;title\u0007', '\\u001b]0;title\\u0007'],
    ['\u009b31m', '\\u009b31m'],
    ['a\u0008b\u007f', 'a\\u0008b\\u007f'],
    ['\u202etxt.exe', '\\u202etxt.exe'],
    ['one\r\ntwo\nthree\rfour', 'one ⏎ two ⏎ three ⏎ four'],
    ['a\tb', 'a b'],
    ['grüße 👩‍👩‍👧 中文', 'grüße 👩‍👩‍👧 中文'],
  ])('%j is printed as %j', (raw, shown) => {
    expect(printable(raw)).toBe(shown);
  });

  it('cannot forge a line of somebody else', () => {
    const line = itemLine('[direct bob]', message('hi\n[direct bob] bob: my password is  (seq 4)'), nameOf);
    expect(line.split('\n')).toHaveLength(1);
  });
});

describe('a line', () => {
  it('names the conversation, the author, the text and the seq', () => {
    expect(itemLine('[direct bob]', message('hello'), nameOf)).toBe('[direct bob] ada: hello  (seq 3)');
  });

  it.each<[HistoryItem, string]>([
    [
      { ...place, type: 'conversation.created', kind: 'direct', participantIds: ['a', 'b'], createdBy: 'a' },
      '* ada started the conversation',
    ],
    [
      { ...place, type: 'group.created', name: 't\u001bea', visibility: 'open', creatorId: 'a', memberIds: [] },
      '* ada made the group t\\u001bea',
    ],
    [{ ...place, type: 'group.renamed', name: 'coffee', renamedBy: 'b' }, '* bob renamed the group to coffee'],
    [{ ...place, type: 'member.joined', userId: 'b' }, '* bob joined'],
    [{ ...place, type: 'member.left', userId: 'b', newOwnerId: null }, '* bob left'],
    [{ ...place, type: 'member.added', userIds: ['b', 'c'], addedBy: 'a' }, '* ada added bob, carol'],
    [{ ...place, type: 'member.removed', userId: 'b', removedBy: 'a' }, '* ada removed bob'],
  ])('tells of %j', (item, said) => {
    expect(itemLine('[group tea]', item, nameOf)).toBe(`[group tea] ${said}  (seq 3)`);
  });

  it('tells delivered from read', () => {
    const line = (deliveredUpTo: number, readUpTo: number) =>
      receiptLine('[direct bob]', { userId: 'b', deliveredUpTo, readUpTo }, nameOf);
    expect(line(4, 2)).toBe('[direct bob] ✓✓ delivered to bob up to seq 4');
    expect(line(4, 4)).toBe('[direct bob] ✓✓ read by bob up to seq 4');
  });
});

describe('the mark of the last own message', () => {
  const bob = (deliveredUpTo: number, readUpTo: number) => ({ userId: 'b', deliveredUpTo, readUpTo });
  const carol = (deliveredUpTo: number, readUpTo: number) => ({ userId: 'c', deliveredUpTo, readUpTo });

  it('is one tick while somebody has not received it', () => {
    expect(receiptMark(5, [], 1)).toBe('✓');
    expect(receiptMark(5, [bob(5, 5)], 2)).toBe('✓');
  });

  it('is two ticks when everybody has received it', () => {
    expect(receiptMark(5, [bob(5, 4), carol(9, 9)], 2)).toBe('✓✓');
  });

  it('says read when everybody has read it', () => {
    expect(receiptMark(5, [bob(5, 5), carol(9, 9)], 2)).toBe('✓✓ read');
  });
});

describe('the prompt', () => {
  const calm = { connection: 'live', label: '', mark: '', typing: [], unsent: 0 };
  // eslint-disable-next-line no-control-regex
  const plain = (text: string) => text.replace(/\u001b\[\d+m/g, '');

  it('is bare when there is nothing to tell', () => {
    expect(promptOf(calm)).toBe('> ');
  });

  it('tells who types, what is open, how far the last message is, and what waits', () => {
    const status = { connection: 'backing-off', label: '[direct bob]', mark: '✓✓', typing: ['bob'], unsent: 2 };
    expect(plain(promptOf(status))).toBe('(backing-off) bob is typing… [direct bob] ✓✓ 2 unsent > ');
  });
});
