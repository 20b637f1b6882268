import { conversationIdOf, conversationStream } from '../conversation/conversation.stream.js';
import { conversationIdOfReceipts, receiptsStream } from '../receipts/receipts.stream.js';
import { userIdOf, userStream } from '../user/user.stream.js';
import type { ConversationId, StreamName, UserId } from './ids.js';
import { uuidOf } from './people.fixtures.js';
import { categoryOf, idOf } from './stream-name.js';

const id = uuidOf(7);
const families = [
  ['conversation', (text: string) => conversationStream(text as ConversationId), conversationIdOf],
  ['receipts', (text: string) => receiptsStream(text as ConversationId), conversationIdOfReceipts],
  ['user', (text: string) => userStream(text as UserId), userIdOf],
] as const;

describe.each(families)('the name of a %s stream', (category, streamOf, idOfStream) => {
  it('is its category, a dash and the id', () => {
    expect(streamOf(id)).toBe(`${category}-${id}`);
    expect(categoryOf(streamOf(id))).toBe(category);
    expect(idOf(streamOf(id))).toBe(id);
    expect(idOfStream(streamOf(id))).toBe(id);
  });

  it.each(['', '$all', '-', `${id}/`, `${id}\u0000`, `${id}\n`, id.toUpperCase().replace('8', 'A'), 'x'.repeat(5_000)])(
    'is not made of %j',
    (text) => {
      expect(() => streamOf(text)).toThrow(RangeError);
    },
  );

  it('is told from the names of other streams', () => {
    expect(() => idOfStream(`other-${id}` as StreamName)).toThrow(RangeError);
  });
});

describe('a stream name built elsewhere', () => {
  it.each(['', id.replaceAll('-', ''), '-x'])('has no category: %j', (name) => {
    expect(() => categoryOf(name as StreamName)).toThrow(RangeError);
  });
  it.each(['conversation-', 'conversation-x', `conversation-${id}-${id}`])('has no id: %j', (name) => {
    expect(() => idOf(name as StreamName)).toThrow(RangeError);
  });
});
