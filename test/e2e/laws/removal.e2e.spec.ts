import type { Fields } from '@verbatim/testing/scenario';
import { RefusedError, type Connection } from '../forms/connection.js';
import { describeOnEachForm, START_MAX_MS } from '../forms/each-form.js';
import { pushedSeqs } from '../forms/running-server.js';
import { addMembers, Device, makeGroup, removeMember } from './device.js';
import { EventSourceReader } from './event-source.js';

const ROUNDS = 3;
const SENDS_PER_PHASE = 80;

/** Highest seq that an answer shows, and how many times the reader had been asked back when it came. */
type Shown = { readonly where: string; readonly seq: number; readonly comebacks: number };

describeOnEachForm('a member who is removed while everybody sends', (server) => {
  const shown: Shown[] = [];
  const syncSeqs: number[] = [];
  const acked: number[] = [];
  const refusals = new Set<string>();
  let group: string;
  let bob: Device;
  let socket: Connection;
  let secondSocket: Connection;
  let stream: EventSourceReader;
  let comebacks = 0;
  let isOver = false;

  const seqsIn = (answer: Fields, field: string): number[] =>
    (answer[field] as Fields[]).map((one) => Number(one['seq'] ?? (one['d'] as Fields)['seq']));
  const note = (where: string, seqs: readonly number[]): void =>
    void shown.push({ where, seq: Math.max(-1, ...seqs), comebacks });

  const readAll = async (): Promise<void> => {
    const path = `/v1/conversations/${group}`;
    const history = await bob.get(`${path}/messages?limit=200`);
    note('history.page', [...seqsIn(history, 'items'), Number(history['headSeq']), Number(history['toSeq'])]);
    const afterSeq = Math.max(-1, Number(history['headSeq']) - 50);
    const events = await bob.get(`${path}/events?afterSeq=${afterSeq}&limit=500`);
    note('events.page', [...seqsIn(events, 'events'), Number(events['headSeq']), Number(events['toSeq'])]);
    for (const entry of [(await bob.get('/v1/inbox'))['conversations'] as Fields[], [await bob.get(path)]].flat())
      note('inbox', [Number(entry['headSeq']), Number((entry['lastMessage'] as Fields | undefined)?.['seq'] ?? -1)]);
    const newest = await socket.run('history.page', { conversationId: group });
    note('history.page on the socket', [...seqsIn(newest, 'items'), Number(newest['headSeq'])]);
  };
  const readOn = async (): Promise<void> => {
    while (!isOver) await readAll();
  };
  const pollOn = async (first: string): Promise<void> => {
    for (let cursor = first; ;) {
      const wasOver = isOver;
      const answer = await bob.get(`/v1/sync?cursor=${cursor}&wait=1`);
      syncSeqs.push(...seqsIn({ events: answer['events'] }, 'events'));
      cursor = String(answer['cursor']);
      if (wasOver && (answer['events'] as unknown[]).length === 0) return;
    }
  };
  const sendOn = async (sender: Connection): Promise<void> => {
    while (!isOver)
      await sender.send(group, 'a word').then(
        (seq) => acked.push(seq),
        (error: unknown) => refusals.add(error instanceof RefusedError ? error.code : String(error)),
      );
  };

  beforeAll(async () => {
    await server.start();
    const ada = await Device.register(server, 'ada');
    bob = await Device.register(server, 'bob');
    const cleo = await Device.register(server, 'cleo');
    const owner = await ada.connect();
    const sender = await cleo.connect();
    socket = await bob.connect();
    secondSocket = await (await bob.another()).connect();
    stream = await EventSourceReader.open(bob);
    const { cursor } = await bob.get('/v1/sync');
    group = await makeGroup(owner, [bob.userId, cleo.userId]);
    const { cur = '' } = await socket.push(({ ev }) => ev === 'group.created');
    await bob.getBehind(`/v1/conversations/${group}`, cur);
    const work = [readOn(), pollOn(String(cursor)), sendOn(socket), sendOn(secondSocket), sendOn(sender)];
    for (let round = 0; round < ROUNDS; round += 1) {
      for (let count = 0; count < SENDS_PER_PHASE; count += 1) await owner.send(group, 'with bob');
      await removeMember(owner, group, bob.userId);
      for (let count = 0; count < SENDS_PER_PHASE; count += 1) await owner.send(group, 'without bob');
      if (round === ROUNDS - 1) break;
      comebacks += 1;
      await addMembers(owner, group, bob.userId);
    }
    isOver = true;
    await Promise.all(work);
    await Promise.all([socket.settle(), secondSocket.settle()]);
  }, START_MAX_MS);
  afterAll(() => server.dispose());

  it('is pushed his stays, whole and once, on every device', async () => {
    const conversation = await server.conversation(group);
    const expected = pushedSeqs(conversation, bob.userId);
    expect(conversation.stays.get(bob.userId)).toHaveLength(ROUNDS);
    expect(socket.seqs(group)).toEqual(expected);
    expect(secondSocket.seqs(group)).toEqual(expected);
  });

  it('is given the same by the event stream and by polls', async () => {
    const expected = pushedSeqs(await server.conversation(group), bob.userId);
    const last = expected.at(-1);
    await stream.push(({ d }) => d['seq'] === last);
    stream.cut();
    expect(stream.pushes.map(({ d }) => d['seq'])).toEqual(expected);
    expect(syncSeqs).toEqual(expected);
  });

  it('is never shown anything above the end of his stay by a page, an inbox or an entry', async () => {
    const stays = (await server.conversation(group)).stays.get(bob.userId) ?? [];
    const leaks = shown.filter(({ seq, comebacks: asked }) => seq > (stays[asked]?.to ?? -1));
    expect(leaks).toEqual([]);
    expect(shown.length).toBeGreaterThan(50);
  });

  it('has no send in the log outside his stays, and is told why', async () => {
    const { items, stays } = await server.conversation(group);
    const own = [...items].filter(([, item]) => item['senderId'] === bob.userId).map(([seq]) => seq);
    const isInStay = (seq: number): boolean =>
      stays.get(bob.userId)?.some(({ from, to }) => from <= seq && seq <= (to ?? Infinity)) === true;
    expect(own.filter((seq) => !isInStay(seq))).toEqual([]);
    expect(own.length).toBeGreaterThan(ROUNDS);
    expect(acked.filter((seq) => items.get(seq)?.type !== 'message.sent')).toEqual([]);
    expect([...refusals]).toEqual(['not-a-member']);
  });

  it('keeps the inbox of the day he left', async () => {
    const { leftAt, stays } = await server.conversation(group);
    const entry = await bob.getBehind(`/v1/conversations/${group}`, await socket.settle());
    const end = stays.get(bob.userId)?.at(-1)?.to;
    expect(entry).toMatchObject({ headSeq: end, leftAtSeq: end, memberCount: leftAt.get(bob.userId)?.memberCount });
    const { status, body } = await bob.http(`/v1/conversations/${group}/members`);
    expect([status, (body as Fields)['code']]).toEqual([403, 'not-a-member']);
  });

  it('leaves read models that equal a fresh replay', async () => {
    expect(await server.stopAndVerify()).toBe('');
  }, 60_000);
});
