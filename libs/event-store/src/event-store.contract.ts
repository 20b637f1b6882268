import type { EventStore } from './event-store.js';
import { appendingContract } from './contract/appending.contract.js';
import { readingContract } from './contract/reading.contract.js';
import { retryingContract } from './contract/retrying.contract.js';
import { snapshotsContract } from './contract/snapshots.contract.js';
import { subscribingContract } from './contract/subscribing.contract.js';
import { aConversation, Listener, messages } from './event-store.fixtures.js';

/** What every event store keeps to. One store serves the whole suite, as one log serves the whole platform. */
export const eventStoreContract = (adapter: string, open: () => Promise<EventStore>): void =>
  describe(`event store contract: ${adapter}`, () => {
    let store: EventStore;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store.close());

    it('starts empty, with an identity', async () => {
      expect(await store.headPosition()).toBeNull();
      expect(await store.readAll({ after: null, maxCount: 5 })).toEqual({
        events: [],
        scannedTo: null,
        isAtHead: true,
      });
      expect(store.identity).toEqual({ logId: expect.stringMatching(/^[0-9a-f-]{36}$/), epoch: 1 });
    });

    appendingContract(() => store);
    retryingContract(() => store);
    readingContract(() => store);
    subscribingContract(() => store);
    snapshotsContract(() => store);

    describe('closing', () => {
      it('answers what was appended before, refuses what comes after, and ends subscriptions', async () => {
        const closing = await open();
        const listener = new Listener();
        closing.subscribeToAll({ after: null }, listener);
        const before = closing.append(aConversation(), 'no-stream', messages(1));
        await closing.close();
        const after = await closing.append(aConversation(), 'no-stream', messages(1));
        expect(await before).toMatchObject({ outcome: 'appended', lastRevision: 0 });
        expect(after).toEqual({ outcome: 'refused', reason: 'unavailable' });
        expect(listener.dropped).toBeNull();
      });
    });
  });
