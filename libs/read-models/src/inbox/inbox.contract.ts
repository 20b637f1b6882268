import type { ConversationId, UserId } from '@verbatim/domain';
import { BadPageMarkError } from '../errors.js';
import { foldInto } from '../fold-into.fixtures.js';
import type { InboxEntry } from '../read-models.js';
import type { ReadModelStore } from '../read-model-store.js';
import { aConversationId, ada, aLog, bob, cleo, dan } from '../recorded-log.fixtures.js';

const bodyOf = ({ lastMessageText }: InboxEntry): string | null =>
  lastMessageText === null ? null : (JSON.parse(lastMessageText) as { body: string }).body;

export const inboxContract = (open: () => Promise<ReadModelStore>): void => {
  let store: ReadModelStore;
  beforeEach(async () => {
    store = await open();
  });
  afterEach(() => store.close());

  const entry = async (userId: UserId, conversation = 1): Promise<InboxEntry> =>
    (await store.readModels.inbox.entry(userId, aConversationId(conversation))) as InboxEntry;

  describe('an entry of the inbox', () => {
    it('shows a direct conversation with the other side and what it has read', async () => {
      await foldInto(store, aLog().direct(1, ada, bob).sent(1, ada, 'hi').receipt(1, bob, 1, 0).events);
      expect(await entry(ada)).toMatchObject({
        kind: 'direct',
        memberIds: [ada, bob],
        memberCount: 2,
        role: 'member',
        headSeq: 1,
        readSeq: 1,
        unread: 0,
        peerReceipt: { userId: bob, deliveredUpTo: 1, readUpTo: 0 },
      });
      expect(bodyOf(await entry(ada))).toBe('hi');
    });

    it('shows a group with its name, owner and number of members', async () => {
      await foldInto(store, aLog().group(1, ada, [bob, cleo], 'tea', 'invite-only').events);
      const shown = await entry(ada);
      expect(shown).toMatchObject({
        kind: 'group',
        name: 'tea',
        visibility: 'invite-only',
        memberCount: 3,
        role: 'owner',
      });
      expect(shown.lastMessageText).toBeNull();
      expect((await entry(bob)).role).toBe('member');
    });

    it('is not there for a stranger', async () => {
      await foldInto(store, aLog().group(1, ada).events);
      expect(await store.readModels.inbox.entry(bob, aConversationId(1))).toBeNull();
      expect(await store.readModels.inbox.entry(ada, aConversationId(9))).toBeNull();
    });

    it('stays for a former member as it was when he left', async () => {
      const log = aLog().group(1, ada, [bob], 'tea').sent(1, ada, 'old').removed(1, ada, bob);
      await foldInto(store, log.sent(1, ada, 'new').renamed(1, ada, 'coffee').joined(1, cleo).events);
      const shown = await entry(bob);
      expect(shown).toMatchObject({ name: 'tea', headSeq: 2, leftAtSeq: 2, memberCount: 1, unread: 1 });
      expect(bodyOf(shown)).toBe('old');
    });
  });

  describe('unread messages', () => {
    it('are those of others above the read mark', async () => {
      const log = aLog()
        .group(1, ada, [bob])
        .sent(1, ada)
        .renamed(1, ada, 'tea')
        .sent(1, ada)
        .joined(1, cleo)
        .sent(1, cleo);
      await foldInto(store, log.receipt(1, bob, 1, 1).events);
      expect(await entry(bob)).toMatchObject({ unread: 2, unreadCapped: false });
      expect(await entry(cleo)).toMatchObject({ unread: 0 });
    });

    it('are none for who has just joined', async () => {
      await foldInto(store, aLog().group(1, ada).sent(1, ada).sent(1, ada).joined(1, bob).events);
      expect(await entry(bob)).toMatchObject({ unread: 0 });
    });

    it.each([
      [1_000, 1_000, false],
      [1_001, 1_000, true],
    ])('of %d are counted as %d, capped: %s', async (sent, unread, unreadCapped) => {
      const log = aLog().direct(1, ada, bob);
      for (let count = 0; count < sent; count += 1) log.sent(1, ada);
      await foldInto(store, log.events);
      expect(await entry(bob)).toMatchObject({ unread, unreadCapped });
    });
  });

  describe('a page of the inbox', () => {
    it('is ordered by newest activity and continues where the last one ended', async () => {
      const log = aLog().group(1, ada).group(2, ada).direct(3, ada, bob).sent(1, ada).sent(2, ada);
      await foldInto(store, log.events);
      const first = await store.readModels.inbox.page(ada, null, 2);
      const second = await store.readModels.inbox.page(ada, first.next, 2);
      const ids = [...first.entries, ...second.entries].map(({ conversationId }) => conversationId);
      expect(ids).toEqual([2, 1, 3].map(aConversationId));
      expect(second.next).toBeNull();
    });

    it('is not reordered for a former member by what he may not see', async () => {
      const log = aLog().group(1, ada, [bob]).group(2, ada, [bob]).removed(1, ada, bob).sent(2, ada).sent(1, ada);
      await foldInto(store, log.events);
      const { entries } = await store.readModels.inbox.page(bob, null, 10);
      expect(entries.map(({ conversationId }) => conversationId)).toEqual([2, 1].map(aConversationId));
    });

    it('carries the lowest checkpoint of what it is built from', async () => {
      const log = aLog().group(1, ada).sent(1, ada);
      const [first] = log.events;
      await foldInto(store, log.events, ['inbox-v1']);
      expect((await store.readModels.inbox.page(ada, null, 10)).asOf).toBeNull();
      await foldInto(store, log.events.slice(0, 1), ['timeline-v1']);
      expect((await store.readModels.inbox.page(ada, null, 10)).asOf?.eventId).toBe(first?.eventId);
    });

    it('is empty for somebody unknown', async () => {
      await foldInto(store, aLog().group(1, ada).events);
      expect(await store.readModels.inbox.page(dan, null, 10)).toMatchObject({ entries: [], next: null });
    });

    it.each([["'; DROP TABLE builds"], [''], ['1'], ['-1.2'], ['1.2.3'], ['1e3.1']])(
      'is refused after %p, whoever asks: no page ended with it',
      async (mark) => {
        await foldInto(store, aLog().group(1, ada).events);
        for (const userId of [ada, dan])
          await expect(store.readModels.inbox.page(userId, mark, 10)).rejects.toThrow(BadPageMarkError);
      },
    );
  });

  describe('the watermarks of a conversation', () => {
    it('are those of its current members', async () => {
      const log = aLog().group(1, ada, [bob, cleo]).sent(1, ada).receipt(1, bob, 1, 1).left(1, cleo);
      await foldInto(store, log.events);
      expect(await store.readModels.inbox.receipts(aConversationId(1), null, 10)).toEqual([
        { userId: ada, deliveredUpTo: 1, readUpTo: 1 },
        { userId: bob, deliveredUpTo: 1, readUpTo: 1 },
      ]);
    });

    it('come in pages by user id, with those who have received nothing', async () => {
      const log = aLog().group(1, ada, [bob, cleo]).sent(1, ada).receipt(1, cleo, 1, 0);
      await foldInto(store, log.events);
      const all = [
        { userId: ada, deliveredUpTo: 1, readUpTo: 1 },
        { userId: bob, deliveredUpTo: -1, readUpTo: -1 },
        { userId: cleo, deliveredUpTo: 1, readUpTo: 0 },
      ].sort((one, other) => (one.userId < other.userId ? -1 : 1));
      const receipts = (conversationId: ConversationId, after: UserId | null) =>
        store.readModels.inbox.receipts(conversationId, after, 2);
      expect(await receipts(aConversationId(1), null)).toEqual(all.slice(0, 2));
      expect(await receipts(aConversationId(1), all[1]?.userId ?? null)).toEqual(all.slice(2));
      expect(await receipts(aConversationId(2), null)).toEqual([]);
    });
  });
};
