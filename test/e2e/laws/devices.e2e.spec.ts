import type { Fields, Push } from '@verbatim/testing/scenario';
import type { Connection } from '../forms/connection.js';
import { Device, makeDirect, makeGroup } from './device.js';
import { EventSourceReader } from './event-source.js';
import { describeOnEachForm, START_MAX_MS } from '../forms/each-form.js';
import { pushedSeqs } from '../forms/running-server.js';

const SENDS_EACH = 200;
const STREAM_CUTS = 8;
const SENDS_PER_CUT = 40;

type Watermark = { readonly userId: string; readonly deliveredUpTo: number; readonly readUpTo: number };

describeOnEachForm('the devices of the members of a group', (server) => {
  let ada: Device;
  let bob: Device;
  let cleo: Device;
  /** Two of ada's, two of bob's, one of cleo's. */
  let connections: Connection[];
  let group: string;
  let direct: string;

  beforeAll(async () => {
    await server.start({ GATEWAY_IN_FLIGHT_MAX: '5000' });
    ada = await Device.register(server, 'ada');
    bob = await Device.register(server, 'bob');
    cleo = await Device.register(server, 'cleo');
    const devices = [ada, await ada.another(), bob, await bob.another(), cleo];
    connections = await Promise.all(devices.map((device) => device.connect()));
    const [adaSocket] = connections as [Connection];
    group = await makeGroup(adaSocket, [bob.userId, cleo.userId]);
    direct = await makeDirect(adaSocket, bob.userId);
  }, START_MAX_MS);
  afterAll(() => server.dispose());

  const at = (index: number): Connection => connections[index] as Connection;
  const settleAll = (): Promise<unknown> => Promise.all(connections.map((connection) => connection.settle()));
  const sendFromAll = async (): Promise<void> => {
    const sends = connections.flatMap((connection) =>
      Array.from({ length: SENDS_EACH }, (_, index) => connection.send(group, `word ${index}`)),
    );
    await Promise.all(sends);
  };
  /** Moves and waits until it is in the log. */
  const advance = (connection: Connection, conversationId: string, marks: Fields): Promise<Fields> =>
    connection.run('receipt.advance', { conversationId, ...marks });
  const receiptsOf = ({ pushes }: Connection, conversationId: string): readonly Watermark[] =>
    pushes
      .filter(({ ev, d }) => ev === 'receipt.advanced' && d['conversationId'] === conversationId)
      .flatMap(({ d }) => d['users'] as readonly Watermark[]);

  it('get every event once and in order, the sender’s own included, the same bytes each', async () => {
    await sendFromAll();
    await settleAll();
    const expected = pushedSeqs(await server.conversation(group), ada.userId);
    expect(expected).toHaveLength(connections.length * SENDS_EACH + 1);
    for (const connection of connections) expect(connection.seqs(group)).toEqual(expected);
    const inGroup = ({ pushes }: Connection): readonly Push[] =>
      pushes.filter(({ d }) => d['conversationId'] === group && 'seq' in d);
    for (const connection of connections) expect(inGroup(connection)).toEqual(inGroup(at(0)));
  }, 60_000);

  it('tell both sides of a direct conversation, on all devices, and nobody else', async () => {
    const seq = await at(0).send(direct, 'read me');
    await at(2).push(({ d }) => d['conversationId'] === direct && d['seq'] === seq);
    await advance(at(2), direct, { readUpTo: seq });
    const isIt = ({ ev, d }: Push): boolean => ev === 'receipt.advanced' && d['conversationId'] === direct;
    for (const connection of connections.slice(0, 4)) {
      const push = await connection.push(isIt);
      expect(push.d).toEqual({
        conversationId: direct,
        users: [{ userId: bob.userId, deliveredUpTo: seq, readUpTo: seq }],
      });
      expect([typeof push.cur, 'seq' in push.d]).toEqual(['string', false]);
    }
    await settleAll();
    expect(receiptsOf(at(4), direct)).toEqual([]);
  }, 60_000);

  it('tell in a group those who focus it, and each reader his own on all devices', async () => {
    const quiet = await makeGroup(at(0), [bob.userId, cleo.userId]);
    await at(1).run('focus.set', { conversationIds: [quiet] });
    const seq = await at(0).send(quiet, 'the only word');
    await advance(at(2), quiet, { readUpTo: seq });
    await advance(at(4), quiet, { deliveredUpTo: seq });
    await settleAll();
    const bobs = { userId: bob.userId, deliveredUpTo: seq, readUpTo: seq };
    const cleos = { userId: cleo.userId, deliveredUpTo: seq, readUpTo: -1 };
    const told = connections.map((connection) => receiptsOf(connection, quiet));
    expect(told).toEqual([[], [bobs, cleos], [bobs], [bobs], [cleos]]);
  }, 60_000);

  it('never see a watermark go back, whatever is reported', async () => {
    const head = await at(0).send(direct, 'one more');
    for (const upTo of [head, 0, head - 1, head + 1_000])
      await advance(at(2), direct, { deliveredUpTo: upTo, readUpTo: Math.max(0, upTo - 1) });
    await settleAll();
    for (const connection of connections.slice(0, 4)) {
      const ofBob = receiptsOf(connection, direct).filter(({ userId }) => userId === bob.userId);
      const marks = ofBob.map(({ deliveredUpTo }) => deliveredUpTo);
      expect(marks).toEqual([...marks].sort((one, other) => one - other));
      expect(ofBob.every(({ readUpTo, deliveredUpTo }) => readUpTo <= deliveredUpTo && deliveredUpTo <= head)).toBe(
        true,
      );
      expect(marks.at(-1)).toBe(head);
    }
  }, 60_000);

  it('follow by event streams that break and go on from their last id, with no hole and nothing twice', async () => {
    const before = (await server.conversation(group)).headSeq;
    let lastId: string | null = String((await cleo.get('/v1/sync'))['cursor']);
    const seen: Push[] = [];
    for (let cut = 0; cut < STREAM_CUTS; cut += 1) {
      const stream = await EventSourceReader.open(cleo, lastId);
      const target = (await server.conversation(group)).headSeq + SENDS_PER_CUT / 2;
      const sends = Array.from({ length: SENDS_PER_CUT }, (_, index) => at(index % 5).send(group, `word ${index}`));
      await stream.push(({ d }) => Number(d['seq']) >= target);
      stream.cut();
      await Promise.all(sends);
      seen.push(...stream.pushes);
      expect(stream.ids).toEqual(stream.pushes.map(({ cur }) => cur ?? null));
      ({ lastId } = stream);
    }
    const end = await at(0).send(group, 'the end');
    const last = await EventSourceReader.open(cleo, lastId);
    await last.push(({ d }) => d['seq'] === end);
    last.cut();
    const seqs = [...seen, ...last.pushes].filter(({ d }) => 'seq' in d).map(({ d }) => Number(d['seq']));
    expect(seqs).toEqual(Array.from({ length: end - before }, (_, index) => before + 1 + index));
  }, 60_000);

  // Shorter than the wait of the first poll: one that sleeps on fails.
  it('follow by polls that wake at the first event and leave no hole between them', async () => {
    let cursor = String((await cleo.get('/v1/sync'))['cursor']);
    const waiting = cleo.get(`/v1/sync?cursor=${cursor}&wait=25`);
    const before = (await server.conversation(group)).headSeq;
    const first = await at(0).send(group, 'wake up');
    const woken = await waiting;
    expect((woken['events'] as Push[]).map(({ d }) => d['seq'])).toEqual([first]);
    cursor = String(woken['cursor']);
    const sending = sendFromAll();
    const seqs: number[] = [first];
    let isOver = false;
    void sending.then(() => (isOver = true));
    for (;;) {
      const wasOver = isOver;
      const answer = await cleo.get(`/v1/sync?cursor=${cursor}&wait=1`);
      const events = answer['events'] as Push[];
      seqs.push(...events.map(({ d }) => Number(d['seq'])));
      cursor = String(answer['cursor']);
      if (wasOver && events.length === 0) break;
    }
    await sending;
    const head = (await server.conversation(group)).headSeq;
    expect(seqs).toEqual(Array.from({ length: head - before }, (_, index) => before + 1 + index));
  }, 60_000);

  it('leave read models that equal a fresh replay', async () => {
    expect(await server.stopAndVerify()).toBe('');
  }, 60_000);
});
