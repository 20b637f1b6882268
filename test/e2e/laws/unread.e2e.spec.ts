import { randomUUID } from 'node:crypto';
import { randomSource, type Fields } from '@verbatim/testing/scenario';
import type { StoredEvent, UserView } from '../../crash/evidence.js';
import { wrongViews } from '../../crash/checkers/view-checker.js';
import { RefusedError, type Connection } from '../forms/connection.js';
import { describeOnEachForm, START_MAX_MS } from '../forms/each-form.js';
import { addMembers, Device, makeDirect, makeGroup, removeMember } from './device.js';

const SEED = Number(process.env['LAWS_SEED'] ?? Date.now() % 1_000_000);
const STEPS = 1_500;
const UNREAD_COUNT_MAX = 1_000;

type Person = { readonly device: Device; readonly connection: Connection };

describeOnEachForm(`inboxes after traffic at random, LAWS_SEED=${SEED}`, (server) => {
  const random = randomSource(SEED);
  const people: Person[] = [];
  const conversationIds: string[] = [];
  const receipts: Promise<unknown>[] = [];
  let owner: Person;

  /** Whoever is no member at the moment is refused; that is part of the traffic. */
  const step = async (): Promise<void> => {
    const { connection, device } = random.pick(people);
    const conversationId = random.pick(conversationIds);
    const chance = random.next();
    if (chance < 0.55) return void (await connection.send(conversationId, 'a word'));
    if (chance < 0.85) {
      const { headSeq } = await connection.run('conversation.get', { conversationId });
      const upTo = random.below(Number(headSeq) + 3);
      const marks = random.next() < 0.7 ? { readUpTo: upTo } : { deliveredUpTo: upTo };
      // Answered when it is in the log, up to a second later.
      return void receipts.push(connection.ask('receipt.advance', { conversationId, ...marks }));
    }
    if (chance < 0.92) return void (await removeMember(owner.connection, conversationId, device.userId));
    if (chance < 0.97) return void (await addMembers(owner.connection, conversationId, device.userId));
    if (chance < 0.985) return void (await connection.run('group.leave', { commandId: randomUUID(), conversationId }));
    await connection.run('group.rename', { commandId: randomUUID(), conversationId, name: `Crew ${random.below(9)}` });
  };

  const viewOf = async ({ device, connection }: Person): Promise<UserView> => {
    const { conversations } = await device.getBehind('/v1/inbox?limit=200', await connection.settle());
    const entries = conversations as Fields[];
    const views = entries.map(async (entry) => {
      const conversationId = String(entry['conversationId']);
      const history = await connection.run('history.page', { conversationId, afterSeq: -1, limit: 200 });
      const afterSeq = -1;
      const items = history['items'] as Fields[];
      const isWhole = history['hasMoreAfter'] === false;
      const isHere = entry['leftAtSeq'] === undefined;
      const members = isHere ? ((await connection.run('member.list', { conversationId }))['members'] as Fields[]) : [];
      if (!isWhole) throw new Error('more items than one page has');
      return [conversationId, { entry, afterSeq, items, members }] as const;
    });
    return { userId: device.userId, conversations: new Map(await Promise.all(views)) };
  };

  beforeAll(async () => {
    await server.start({ GATEWAY_IN_FLIGHT_MAX: '5000' });
    for (const name of ['ada', 'bob', 'cleo', 'dan', 'eve']) {
      const device = await Device.register(server, name);
      people.push({ device, connection: await device.connect() });
    }
    owner = people[0] as Person;
    const ids = people.map(({ device }) => device.userId);
    for (let count = 0; count < 12; count += 1) conversationIds.push(await makeGroup(owner.connection, ids.slice(1)));
    for (const userId of ids.slice(1)) conversationIds.push(await makeDirect(owner.connection, userId));
    for (let count = 0; count < STEPS; count += 20)
      await Promise.all(
        Array.from({ length: 20 }, () =>
          step().catch((error: unknown) => {
            if (!(error instanceof RefusedError)) throw error;
          }),
        ),
      );
    await Promise.all(receipts);
  }, START_MAX_MS);
  afterAll(() => server.dispose());

  it('hold what an independent fold of the log says: heads, marks, unread counts, last messages, members', async () => {
    const views = await Promise.all(people.map(viewOf));
    const log = await server.log();
    const departures = log.filter(({ type }: StoredEvent) => type === 'MemberRemoved' || type === 'MemberLeft');
    expect(departures.length).toBeGreaterThan(10);
    expect(log.filter(({ type }) => type === 'ReceiptsAdvanced').length).toBeGreaterThan(10);
    const nothing = { sends: [], changes: [], devices: [], surprises: [] };
    expect(wrongViews({ ...nothing, log, views }).slice(0, 10)).toEqual([]);
    const unread = views.flatMap(({ conversations }) =>
      [...conversations.values()].map(({ entry }) => Number(entry['unread'])),
    );
    expect(unread.some((count) => count > 0)).toBe(true);
  }, 60_000);

  it('count up to a thousand, and say so above it', async () => {
    const [, bob, cleo] = people as [Person, Person, Person];
    const direct = await makeDirect(cleo.connection, bob.device.userId);
    const unreadAt = async (cursor: string): Promise<unknown> => {
      const entry = await bob.device.getBehind(`/v1/conversations/${direct}`, cursor);
      return [entry['unread'], entry['unreadCapped'] ?? false];
    };
    await Promise.all(Array.from({ length: UNREAD_COUNT_MAX }, () => cleo.connection.send(direct, 'a word')));
    expect(await unreadAt(await bob.connection.settle())).toEqual([UNREAD_COUNT_MAX, false]);
    await cleo.connection.send(direct, 'one more');
    expect(await unreadAt(await bob.connection.settle())).toEqual([UNREAD_COUNT_MAX, true]);
    const seq = await bob.connection.send(direct, 'an answer reads all');
    expect(await unreadAt(await bob.connection.settle())).toEqual([0, false]);
    await cleo.connection.push(({ d }) => d['conversationId'] === direct && d['seq'] === seq);
  }, 60_000);

  it('leave read models that equal a fresh replay', async () => {
    expect(await server.stopAndVerify()).toBe('');
  }, 60_000);
});
