import fc from 'fast-check';
import type { RecordedEvent } from '@verbatim/event-store';
import type { WireEvents } from '@verbatim/protocol';
import { foldInto } from './fold-into.fixtures.js';
import { randomLog } from './random-log.fixtures.js';
import type { InboxEntry } from './read-models.js';
import { aConversationId, aLogIdentity, bob } from './recorded-log.fixtures.js';
import { openSqliteReadModels } from './sqlite/sqlite-read-model-store.js';
import { historyItemTextOf, wireEventOf } from './wire/wire-event.js';

/** Each run opens a store of its own. */
const RUNS = 15;
const conversationIds = [0, 1, 2].map(aConversationId);

type Shown = Pick<
  InboxEntry,
  'name' | 'memberCount' | 'role' | 'headSeq' | 'lastMessageText' | 'readSeq' | 'deliveredSeq' | 'leftAtSeq'
>;
type Data = WireEvents[keyof WireEvents] & { readonly conversationId: string };
type Push = { readonly ev: string; readonly d: Data; readonly itemText: string };

const pushOf = (recorded: RecordedEvent): Push => {
  const wireEvent = wireEventOf(recorded);
  if (wireEvent === null) throw new Error('nothing to push');
  return { ev: wireEvent.ev, d: JSON.parse(wireEvent.dText) as Data, itemText: historyItemTextOf(wireEvent) };
};

const shownOf = (entry: InboxEntry): Shown => {
  const { name, memberCount, role, headSeq, lastMessageText, readSeq, deliveredSeq, leftAtSeq } = entry;
  const left = leftAtSeq === undefined ? {} : { leftAtSeq };
  return {
    ...(name === undefined ? {} : { name }),
    memberCount,
    role,
    headSeq,
    lastMessageText,
    readSeq,
    deliveredSeq,
    ...left,
  };
};

const withReceipt = (shown: Shown, { users }: WireEvents['receipt.advanced']): Shown => {
  const mine = users.find(({ userId }) => userId === bob);
  if (mine === undefined) return shown;
  const readSeq = Math.max(shown.readSeq, mine.readUpTo);
  return { ...shown, readSeq, deliveredSeq: Math.max(shown.deliveredSeq, mine.deliveredUpTo, readSeq) };
};

const withDeparture = (shown: Shown, d: { userId: string; seq: number; newOwnerId?: string | null }): Shown => ({
  ...shown,
  memberCount: shown.memberCount - 1,
  ...(d.newOwnerId === bob ? { role: 'owner' as const } : {}),
  ...(d.userId === bob ? { leftAtSeq: d.seq, role: 'member' as const } : {}),
});

/** What bob's client makes of a push, knowing nothing but what it shows and the protocol. */
const applied = (before: Shown, { ev, d, itemText }: Push): Shown => {
  if (before.leftAtSeq !== undefined) return before;
  if (ev === 'receipt.advanced') return withReceipt(before, d as WireEvents['receipt.advanced']);
  const { seq } = d as { seq: number };
  const shown: Shown = { ...before, headSeq: seq };
  if (ev === 'group.renamed') return { ...shown, name: (d as WireEvents['group.renamed']).name };
  if (ev === 'member.joined') return { ...shown, memberCount: shown.memberCount + 1 };
  if (ev === 'member.added')
    return { ...shown, memberCount: shown.memberCount + (d as WireEvents['member.added']).userIds.length };
  if (ev !== 'message.sent') return withDeparture(shown, d as WireEvents['member.left']);
  const mine = (d as WireEvents['message.sent']).senderId === bob ? { readSeq: seq, deliveredSeq: seq } : {};
  return { ...shown, lastMessageText: itemText, ...mine };
};

/** A client that is added to something asks for it anew: the law is about the time between. */
const bringsBob = ({ ev, d }: Push): boolean =>
  (ev === 'member.joined' && (d as WireEvents['member.joined']).userId === bob) ||
  (ev === 'member.added' && (d as WireEvents['member.added']).userIds.includes(bob));

describe('the sync law', () => {
  it('holds at any split point: what is shown plus the pushes after it is what is shown later', async () => {
    await fc.assert(
      fc.asyncProperty(randomLog, fc.nat(), async ({ events }, at) => {
        const split = 3 + (at % (events.length - 2));
        const store = await openSqliteReadModels({ file: 'memory:', log: aLogIdentity });
        const shown = async () => {
          const entries = await Promise.all(conversationIds.map((id) => store.readModels.inbox.entry(bob, id)));
          return entries.map((entry) => shownOf(entry as InboxEntry));
        };
        await foldInto(store, events.slice(0, split));
        const earlier = await shown();
        if (split < events.length) await foldInto(store, events.slice(split));
        const later = await shown();
        await store.close();
        conversationIds.forEach((conversationId, index) => {
          const pushes = events
            .slice(split)
            .map(pushOf)
            .filter(({ d }) => d.conversationId === conversationId);
          if (pushes.some(bringsBob)) return;
          expect(pushes.reduce(applied, earlier[index] as Shown)).toEqual(later[index]);
        });
      }),
      { numRuns: RUNS },
    );
  });
});
