import type { Seq, UserId } from '@verbatim/domain';
import type { LogIdentity } from '@verbatim/event-store';
import { foldInto } from './fold-into.fixtures.js';
import { historyContract } from './timeline/history.contract.js';
import { inboxContract } from './inbox/inbox.contract.js';
import type { ReadModelStore } from './read-model-store.js';
import { aCommandId, aConversationId, ada, aLog, aLogIdentity, bob, cleo, dan } from './recorded-log.fixtures.js';

/** What the queries of every engine answer. `open` gives an empty store. */
export const readModelsContract = (adapter: string, open: (log: LogIdentity) => Promise<ReadModelStore>): void => {
  const opened = async (): Promise<ReadModelStore> => open(aLogIdentity);
  describe(`ReadModels contract: ${adapter}`, () => {
    historyContract(opened);
    inboxContract(opened);
    membershipContract(opened);
    smallQueriesContract(opened);
  });
};

const membershipContract = (open: () => Promise<ReadModelStore>): void => {
  let store: ReadModelStore;
  beforeEach(async () => {
    store = await open();
  });
  afterEach(() => store.close());

  describe('asking for memberships', () => {
    it('names every conversation that a user is or was in, and how far that is complete', async () => {
      const log = aLog().group(1, ada, [bob]).direct(2, bob, cleo).sent(1, ada).left(1, bob);
      await foldInto(store, log.events);
      const { memberships, asOf } = await store.readModels.membership.ofUser(bob);
      const intervals = Object.fromEntries(memberships.map((each) => [each.conversationId, each.intervals]));
      expect(intervals).toEqual({
        [aConversationId(1)]: [{ fromSeq: 0, toSeq: 2 }],
        [aConversationId(2)]: [{ fromSeq: 0, toSeq: null }],
      });
      expect(asOf).toEqual({ position: log.last.position, eventId: log.last.eventId });
    });

    it('tells a stranger nothing', async () => {
      await foldInto(store, aLog().group(1, ada).events);
      expect(await store.readModels.membership.ofUserIn(bob, aConversationId(1))).toBeNull();
      expect((await store.readModels.membership.ofUser(bob)).memberships).toEqual([]);
    });

    it('says since when somebody is a member', async () => {
      await foldInto(store, aLog().group(1, ada, [bob]).left(1, bob).added(1, ada, bob).events);
      const membership = await store.readModels.membership.ofUserIn(bob, aConversationId(1));
      expect(membership).toMatchObject({ role: 'member', sinceSeq: 2 });
    });

    it('pages through current members by user id', async () => {
      await foldInto(store, aLog().group(1, ada, [bob, cleo, dan]).removed(1, ada, cleo).events);
      const { membership } = store.readModels;
      const idsOf = (members: readonly { userId: UserId }[]) => members.map(({ userId }) => userId);
      expect(idsOf(await membership.page(aConversationId(1), null, 2))).toEqual([ada, bob]);
      expect(idsOf(await membership.page(aConversationId(1), bob, 2))).toEqual([dan]);
      expect(await membership.page(aConversationId(9), null, 2)).toEqual([]);
    });
  });
};

const smallQueriesContract = (open: () => Promise<ReadModelStore>): void => {
  let store: ReadModelStore;
  beforeEach(async () => {
    store = await open();
  });
  afterEach(() => store.close());

  describe('asking for users', () => {
    it('finds them by id and by name in any case', async () => {
      await foldInto(store, aLog().registered(ada, 'ada', 'Ada').registered(bob, 'bob').events);
      const { users } = store.readModels;
      expect(await users.byId(ada)).toEqual({ userId: ada, userName: 'ada', displayName: 'Ada' });
      expect((await users.byName('BOB'))?.userId).toBe(bob);
      expect((await users.byIds([bob, cleo, ada])).map(({ userId }) => userId)).toEqual([bob, ada]);
      expect([await users.byId(cleo), await users.byName('cleo')]).toEqual([null, null]);
    });
  });

  describe('asking for command ids', () => {
    it('finds the seq of an actor and his command, and how far the index is complete', async () => {
      await foldInto(store, aLog().group(1, ada, [bob]).sent(1, ada, 'one', aCommandId(7)).sent(1, bob).events);
      const { messageIds } = store.readModels;
      expect(await messageIds.find(aConversationId(1), ada, aCommandId(7))).toEqual({
        seq: 1 as Seq,
        completeToSeq: 2,
      });
      expect(await messageIds.find(aConversationId(1), bob, aCommandId(7))).toEqual({ seq: null, completeToSeq: 2 });
      expect(await messageIds.completeToSeq(aConversationId(1))).toBe(2);
    });

    it('says that nothing is complete of a conversation that it does not know', async () => {
      const { messageIds } = store.readModels;
      expect(await messageIds.find(aConversationId(9), ada, aCommandId(7))).toEqual({ seq: null, completeToSeq: -1 });
      expect(await messageIds.completeToSeq(aConversationId(9))).toBe(-1);
    });
  });
};
