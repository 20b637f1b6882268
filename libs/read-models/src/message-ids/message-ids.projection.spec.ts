import type { StreamName } from '@verbatim/domain';
import { folded } from '../projection/folded-documents.fixtures.js';
import { aCommandId, aConversationId, ada, aLog, bob } from '../recorded-log.fixtures.js';
import { commandSeqs, indexProgress, messageIdsProjection } from './message-ids.projection.js';

describe('the index of command ids', () => {
  it('holds the command of every event, not only of messages', () => {
    const log = aLog().group(1, ada).joined(1, bob).sent(1, bob, 'hello', aCommandId(77));
    const found = folded(messageIdsProjection, log.events).all(commandSeqs);
    expect(found.map(({ actorId, seq }) => [actorId, seq])).toEqual([
      [ada, 0],
      [bob, 1],
      [bob, 2],
    ]);
    expect(found[2]?.commandId).toBe(aCommandId(77));
  });

  it('keeps the first seq of an id that is used again', () => {
    const log = aLog().group(1, ada).sent(1, ada, 'one', aCommandId(7)).sent(1, ada, 'two', aCommandId(7));
    const found = folded(messageIdsProjection, log.events).all(commandSeqs);
    expect(found.filter(({ commandId }) => commandId === aCommandId(7)).map(({ seq }) => seq)).toEqual([1]);
  });

  it('is complete to the seq of the last event, also of one without an actor', () => {
    const stream = `conversation-${aConversationId(1)}` as StreamName;
    const log = aLog()
      .group(1, ada)
      .append(stream, { type: 'MemberJoined', data: { userId: bob } }, null);
    const documents = folded(messageIdsProjection, log.events);
    expect(documents.find(indexProgress, aConversationId(1))?.completeToSeq).toBe(1);
    expect(documents.all(commandSeqs)).toHaveLength(1);
  });

  it('leaves receipts out', () => {
    const log = aLog().direct(1, ada, bob).receipt(1, bob, 0, 0);
    expect(folded(messageIdsProjection, log.events).all(commandSeqs)).toHaveLength(1);
  });
});
