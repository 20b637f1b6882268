import type { Revision } from '@verbatim/domain';
import { appendUntilKnown } from '../append-until-known.js';
import { eventStoreContract } from '../event-store.contract.js';
import { aConversation, bodyOf, Listener, sent } from '../event-store.fixtures.js';
import { ofItsOwn, openLog, ServerUnderTest } from './event-store-db.fixtures.js';

/** The oldest server that is accepted: it does not say when all is delivered, and its checkpoints overtake events. */
const server = new ServerUnderTest(['--server-version', '22.10.5']);

eventStoreContract('eventstoredb on a protocol server of 22.10', () => openLog(ofItsOwn(server.url)));

describe('a checkpoint that comes before the event that it covers', () => {
  it('does not make a subscription pass that event by when it is ended in between', async () => {
    const store = await openLog(ofItsOwn(server.url));
    const listener = new Listener();
    const subscription = store.subscribeToAll({ after: null }, listener);
    const stream = aConversation();
    for (let index = 0; index < 40; index += 1) {
      await appendUntilKnown(store, stream, index === 0 ? 'no-stream' : ((index - 1) as Revision), [sent(`${index}`)]);
      if (index % 4 === 1) await server.process.fault({ endSubscriptions: true });
    }
    await listener.received(40);
    await subscription.close();
    await store.close();
    expect(listener.events.map(bodyOf)).toEqual(Array.from({ length: 40 }, (_, index) => `${index}`));
  });
});
