import { cpSync, copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Fields } from '@verbatim/testing/scenario';
import type { Connection } from '../forms/connection.js';
import { Device, makeDirect, makeGroup } from './device.js';
import { describeOnEachForm, START_MAX_MS } from '../forms/each-form.js';
import { StandaloneServer } from '../forms/standalone-server.js';

const EVENTS_MAX = 1_000;
const CONVERSATIONS_MAX = 200;
/** More events than the log had gone on when it was put back. */
const GROUPS_UNTIL_OVERTAKEN = 10;

const sendMany = (sender: Connection, conversationId: string, count: number): Promise<readonly number[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => sender.send(conversationId, `word ${index}`)));
const reasonOf = async (connection: Connection): Promise<unknown> =>
  (await connection.push(({ ev }) => ev === 'reset')).d['reason'];

describeOnEachForm('what a resume replays at most', (server) => {
  let ada: Device;
  let bob: Device;
  let direct: string;
  let groups: string[];
  let beforeEvents: string;
  let beforeConversations: string;

  beforeAll(async () => {
    await server.start({ GATEWAY_IN_FLIGHT_MAX: '5000' });
    ada = await Device.register(server, 'ada');
    bob = await Device.register(server, 'bob');
    const sender = await bob.connect();
    direct = await makeDirect(sender, ada.userId);
    groups = await Promise.all(Array.from({ length: CONVERSATIONS_MAX + 1 }, () => makeGroup(sender, [ada.userId])));
    beforeConversations = await sender.settle();
    for (const id of groups.slice(0, CONVERSATIONS_MAX)) await sender.send(id, 'a word');
    beforeEvents = await sender.settle();
    await sendMany(sender, direct, EVENTS_MAX);
    await sender.settle();
  }, START_MAX_MS);
  afterAll(() => server.dispose());

  const resumed = async (cursor: string): Promise<Connection> => ada.connect(cursor);

  const expectThousandReplayed = async (): Promise<void> => {
    const events = await resumed(beforeEvents);
    await events.push(({ ev }) => ev === 'synced');
    expect(events.greeting).toMatchObject({ resume: 'replayed', cursor: beforeEvents });
    expect(events.seqs(direct)).toEqual(Array.from({ length: EVENTS_MAX }, (_, index) => index + 1));
    await events.cut();
  };

  it('is a thousand events, from memory', () => expectThousandReplayed());

  it('is a thousand events, from the streams of a server that has just started', async () => {
    await server.stop();
    await server.start({ GATEWAY_RECENT_MAX_EVENTS: '0', GATEWAY_IN_FLIGHT_MAX: '5000' });
    await expectThousandReplayed();
  }, 60_000);

  it('is two hundred conversations', async () => {
    const sender = await bob.connect();
    const before = await sender.settle();
    for (const id of groups.slice(0, CONVERSATIONS_MAX)) await sender.send(id, 'a word');
    await sender.settle();
    const inAll = await resumed(before);
    await inAll.push(({ ev }) => ev === 'synced');
    expect(inAll.greeting['resume']).toBe('replayed');
    expect(new Set(inAll.pushes.map(({ d }) => d['conversationId'])).size - 1).toBe(CONVERSATIONS_MAX);
    await sender.send(groups.at(-1) ?? '', 'one too many');
    await sender.settle();
    const one = await resumed(before);
    expect([one.greeting['resume'], await reasonOf(one)]).toEqual(['reset', 'too-many-conversations']);
    await Promise.all([sender.cut(), inAll.cut(), one.cut()]);
  }, 60_000);

  it('is not one event more, and the cursor of the answer goes on', async () => {
    const { cursor } = await bob.get('/v1/sync');
    const sender = await bob.connect();
    await sendMany(sender, direct, EVENTS_MAX + 1);
    const connection = await resumed(String(cursor));
    expect([connection.greeting['resume'], await reasonOf(connection)]).toEqual(['reset', 'too-many-events']);
    const seq = await sender.send(direct, 'after the reset');
    await connection.push(({ d }) => d['seq'] === seq);
    expect(connection.seqs(direct)).toEqual([seq]);
    const again = await resumed(String(connection.greeting['cursor']));
    await again.push(({ ev }) => ev === 'synced');
    expect(again.seqs(direct)).toEqual([seq]);
    const polled = await ada.get(`/v1/sync?cursor=${beforeConversations}`);
    expect(polled['events']).toEqual([{ ev: 'reset', d: { reason: expect.stringMatching(/^too-many-/) } }]);
    await Promise.all([sender.cut(), connection.cut(), again.cut()]);
  }, 60_000);
});

// Folders of data are copied and put back here, which only the embedded engines have.
describe('a cursor that does not name a place in this log', () => {
  const server = new StandaloneServer();
  const other = new StandaloneServer();
  let ada: Device;
  let own: string;
  let foreign: string;

  beforeAll(async () => {
    await server.start();
    ada = await Device.register(server, 'ada');
    own = await (await ada.connect()).settle();
    await other.start();
    foreign = String((await (await Device.register(other, 'ada')).get('/v1/sync'))['cursor']);
    await other.stop();
  }, 60_000);
  afterAll(async () => {
    await server.dispose();
    await other.dispose();
  });

  const expectBad = async (cursor: string): Promise<void> => {
    const connection = await ada.connect(cursor);
    expect([connection.greeting['resume'], await reasonOf(connection)]).toEqual(['reset', 'bad-cursor']);
    for (const [path, headers] of [
      [`/v1/sync?cursor=${cursor}`, {}],
      [`/v1/stream?cursor=${cursor}`, {}],
      ['/v1/inbox', { 'chat-cursor': cursor }],
    ] as const) {
      const { status, body } = await ada.http(path, { headers });
      expect([path, status, (body as Fields)['code']]).toEqual([path, 400, 'bad-cursor']);
    }
    await connection.cut();
  };

  it('is bad when another server signed it', () => expectBad(foreign));

  it.each([0, 10, 25, 45, 61])('is bad when its character %i is another', async (at) => {
    const swapped = own[at] === 'A' ? 'B' : 'A';
    await expectBad(own.slice(0, at) + swapped + own.slice(at + 1));
  });

  it('is of another epoch when the log is another under the same key', async () => {
    const twin = new StandaloneServer();
    mkdirSync(twin.directory, { recursive: true, mode: 0o700 });
    copyFileSync(join(server.directory, 'cursor-key'), join(twin.directory, 'cursor-key'));
    await twin.start();
    const device = await Device.register(twin, 'ada');
    const connection = await device.connect(own);
    expect([connection.greeting['resume'], await reasonOf(connection)]).toEqual(['reset', 'other-epoch']);
    const polled = await device.get(`/v1/sync?cursor=${own}`);
    expect(polled['events']).toEqual([{ ev: 'reset', d: { reason: 'other-epoch' } }]);
    expect((await device.http('/v1/inbox', { headers: { 'chat-cursor': own } })).status).toBe(200);
    await twin.stop();
    await twin.dispose();
  }, 60_000);

  it('is ahead of the log when the log was put back', async () => {
    await server.stop();
    const old = new StandaloneServer();
    cpSync(server.directory, old.directory, { recursive: true });
    await server.start();
    const sender = await ada.connect();
    await makeGroup(sender);
    const ahead = await sender.settle();
    await server.stop();
    await old.start();
    const device = ada.at(old);
    const connection = await device.connect(ahead);
    expect([connection.greeting['resume'], await reasonOf(connection)]).toEqual(['reset', 'ahead-of-log']);
    const polled = await device.get(`/v1/sync?cursor=${ahead}`);
    expect(polled['events']).toEqual([{ ev: 'reset', d: { reason: 'ahead-of-log' } }]);
    const read = await device.http('/v1/inbox', { headers: { 'chat-cursor': ahead } });
    expect([read.status, (read.body as Fields)['code']]).toEqual([503, 'behind']);
    for (let count = 0; count < GROUPS_UNTIL_OVERTAKEN; count += 1) await makeGroup(connection);
    const overtaken = await device.connect(ahead);
    expect([overtaken.greeting['resume'], await reasonOf(overtaken)]).toEqual(['reset', 'other-epoch']);
    await old.stop();
    await old.dispose();
  }, 60_000);
});
