import type { UserEvent } from '@verbatim/domain';
import { EventStoreUnavailableError } from '../errors.js';
import { aConversation, aUser, messages } from '../event-store.fixtures.js';
import { type Aggregate, transact } from '../transact.js';
import { ofItsOwn, openLog, ServerUnderTest } from './event-store-db.fixtures.js';

const server = new ServerUnderTest();

const counted: Aggregate<number, UserEvent> = { initial: () => 0, evolve: (count) => count + 1 };

describe('while the server is away', () => {
  it('a read fails as one that may succeed later, and a decision that needs one is refused', async () => {
    const store = await openLog(ofItsOwn(server.url));
    const stream = aConversation();
    await store.append(stream, 'no-stream', messages(1));
    await server.kill();
    const reads = [
      store.readStream(stream, { maxCount: 1 }),
      store.readAll({ after: null, maxCount: 1 }),
      store.headPosition(),
      store.readSnapshot(stream),
    ];
    for (const outcome of await Promise.allSettled(reads))
      expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(EventStoreUnavailableError) as unknown });
    const decided = transact(store, aUser(), counted, () => ({ events: [], result: null }));
    expect(await decided).toEqual({ outcome: 'refused', reason: 'unavailable' });
    await server.restart();
    expect((await store.readStream(stream, { maxCount: 1 })).headRevision).toBe(0);
    await store.close();
  });
});
