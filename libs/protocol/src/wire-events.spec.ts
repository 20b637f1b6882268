import { isWireEventName, wireEvents } from './index.js';
import type { WireEventName } from './index.js';
import { eventSchemas } from './schemas.js';

const names = Object.keys(wireEvents) as readonly WireEventName[];

describe('the table of pushes', () => {
  it('has the names of the contract', () => {
    expect([...names].sort()).toEqual(
      [
        'message.sent member.joined member.left member.added member.removed group.created group.renamed',
        'conversation.created receipt.advanced hidden typing presence synced gap reset goaway token.expiring hello',
      ]
        .join(' ')
        .split(' ')
        .sort(),
    );
  });

  it.each(names)('%s carries a seq exactly if it comes from a conversation’s stream', (name) => {
    const fromStream = ['item', 'revision'].includes(wireEvents[name].class);
    expect(Object.keys(eventSchemas[name].properties).includes('seq')).toBe(fromStream);
  });

  it.each(['constructor', '__proto__', 'message.deleted'])('does not know %j', (name) => {
    expect(isWireEventName(name)).toBe(false);
  });
});
