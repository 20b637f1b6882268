import type { EventStore } from '@verbatim/event-store';
import {
  ada,
  additionBy,
  bob,
  carol,
  groupBy,
  joinBy,
  leaveBy,
  newCommandId,
  openStore,
  removalBy,
  renameBy,
  sendBy,
  writerOn,
} from './conversation-writer.fixtures.js';
import type { WriteRequest } from './write-request.js';

let store: EventStore;
beforeEach(async () => {
  store = await openStore();
});
afterEach(() => store.close());

const id = newCommandId();
const group = groupBy(ada, [bob]);

type Case = [name: string, before: WriteRequest[], first: WriteRequest, again: WriteRequest];
const mismatches: Case[] = [
  ['another body', [group], sendBy(ada, 'one', id), sendBy(ada, 'two', id)],
  ['another name', [group], renameBy(ada, 'One', id), renameBy(ada, 'Two', id)],
  ['another person to add', [group], additionBy(ada, carol, id), additionBy(ada, newCommandId() as never, id)],
  [
    'one more person to add',
    [group],
    additionBy(ada, [carol], id),
    additionBy(ada, [carol, newCommandId() as never], id),
  ],
  ['one person fewer to add', [groupBy(ada)], additionBy(ada, [bob, carol], id), additionBy(ada, [bob], id)],
  ['another person to remove', [group], removalBy(ada, bob, id), removalBy(ada, carol, id)],
  ['a group with one member more', [], groupBy(ada, [bob], id), groupBy(ada, [bob, carol], id)],
  ['a group with one member fewer', [], groupBy(ada, [bob, carol], id), groupBy(ada, [bob], id)],
  ['another command', [group], sendBy(ada, 'one', id), renameBy(ada, 'one', id)],
  ['another command of the same person', [group], leaveBy(ada, id), removalBy(ada, bob, id)],
];
const same: Case[] = [
  ['a rename', [group], renameBy(ada, 'One', id), renameBy(ada, 'One', id)],
  [
    'an addition that names members beside',
    [group],
    additionBy(ada, [bob, carol], id),
    additionBy(ada, [carol, bob], id),
  ],
  ['a removal', [group], removalBy(ada, bob, id), removalBy(ada, bob, id)],
  ['an owner who removes himself', [group], removalBy(ada, ada, id), removalBy(ada, ada, id)],
  ['a leave', [group], leaveBy(bob, id), leaveBy(bob, id)],
  ['a join', [groupBy(ada, [], newCommandId(), 'open')], joinBy(bob, id), joinBy(bob, id)],
  [
    'a group that names its creator, and somebody twice',
    [],
    groupBy(ada, [bob], id),
    groupBy(ada, [bob, ada, bob], id),
  ],
];

const runAll = async ([, before, first, again]: Case) => {
  const writer = writerOn(store);
  for (const request of before) await writer.run(request);
  return [await writer.run(first), await writer.run(again)];
};

describe('the same id again', () => {
  it.each(mismatches)('is a mismatch with %s', async (...given) => {
    const [first, again] = await runAll(given);
    expect(first).toMatchObject({ outcome: 'applied', duplicate: false });
    expect(again).toEqual({ outcome: 'mismatch' });
  });

  it.each(same)('is the same answer for %s', async (...given) => {
    const [first, again] = await runAll(given);
    expect(first).toMatchObject({ outcome: 'applied', duplicate: false });
    expect(again).toEqual({ ...first, duplicate: true });
  });
});
