import type { ConversationId } from '@verbatim/domain';
import { foldInto } from '../fold-into.fixtures.js';
import type { ReadModelStore } from '../read-model-store.js';
import { aConversationId, ada, aLog, aLogIdentity, aUserId } from '../recorded-log.fixtures.js';
import { describeOnMongo } from './mongo-servers.fixtures.js';
import { LOOKUP_MAX_IDS, WRITE_CHUNK_MAX_BYTES, WRITE_CHUNK_MAX_DOCUMENTS } from './mongo-limits.js';

const TIMEOUT_MS = 60_000;

describeOnMongo((databases) => {
  let store: ReadModelStore;
  beforeEach(async () => {
    store = await databases.open(aLogIdentity);
  });
  afterEach(() => store.close());

  describe('more than one command holds', () => {
    it(
      'is paged through without a hole: an inbox of many conversations',
      async () => {
        const log = aLog();
        const count = LOOKUP_MAX_IDS + 200;
        for (let number = 0; number < count; number += 1) log.direct(number, ada, aUserId(number + 100));
        await foldInto(store, log.events);
        const seen: ConversationId[] = [];
        for (let after: string | null = null; ;) {
          const { entries, next } = await store.readModels.inbox.page(ada, after, 500);
          seen.push(...entries.map(({ conversationId }) => conversationId));
          if (next === null) break;
          after = next;
        }
        expect(seen).toEqual(Array.from({ length: count }, (_, index) => aConversationId(count - 1 - index)));
        expect((await store.readModels.membership.ofUser(ada)).memberships).toHaveLength(count);
      },
      TIMEOUT_MS,
    );

    it(
      'is written whole, once by number and once by size',
      async () => {
        const body = 'x'.repeat(30_000);
        const log = aLog().direct(1, ada, aUserId(9));
        for (let bytes = 0; bytes < 2 * WRITE_CHUNK_MAX_BYTES; bytes += body.length) log.sent(1, ada, body);
        const large = log.events.length;
        for (let number = 0; number < WRITE_CHUNK_MAX_DOCUMENTS; number += 1) log.sent(1, ada);
        await foldInto(store, log.events);
        const page = await store.readModels.timeline.page(ada, aConversationId(1), { kind: 'newest' }, 5_000);
        expect(page?.itemTexts).toHaveLength(large + WRITE_CHUNK_MAX_DOCUMENTS);
        expect(page).toMatchObject({ fromSeq: 0, hasMoreBefore: false });
      },
      TIMEOUT_MS,
    );
  });
});
