import { randomSource } from '@verbatim/testing/scenario';
import type { Connection } from '../forms/connection.js';
import { addMembers, Device, makeGroup, removeMember } from './device.js';
import { FollowingClient } from './following-client.js';
import { describeOnEachForm, START_MAX_MS } from '../forms/each-form.js';
import { pushedSeqs } from '../forms/running-server.js';

const SEED = Number(process.env['LAWS_SEED'] ?? Date.now() % 1_000_000);
const CUTS = 60;
const GROUPS = 30;
const WRITERS = 4;

describeOnEachForm(`a device that is cut off again and again, LAWS_SEED=${SEED}`, (server) => {
  const random = randomSource(SEED);
  const groups: { readonly id: string; readonly owner: Connection; isDoraIn: boolean }[] = [];
  let client: FollowingClient;
  let dora: Device;
  let isOver = false;

  const changeMembership = async (): Promise<void> => {
    const group = random.pick(groups);
    group.isDoraIn = !group.isDoraIn;
    await (group.isDoraIn ? addMembers : removeMember)(group.owner, group.id, dora.userId);
  };
  const writeOn = async (): Promise<void> => {
    while (!isOver) {
      const { id, owner } = random.pick(groups);
      await owner.send(id, 'a word');
    }
  };
  const changeOn = async (): Promise<void> => {
    while (!isOver) await changeMembership();
  };
  /** Ends a connection in one of the ways that a device loses one. */
  const loseConnection = async (): Promise<void> => {
    const ways = ['at a push', 'after a pong', 'before storing', 'with the inbox'] as const;
    const way = random.pick(ways);
    const { connection } = client;
    const target = (connection?.pushes.length ?? 0) + random.below(40);
    await connection?.push(() => connection.pushes.length >= target);
    if (way === 'after a pong' || way === 'before storing') await client.settle();
    const stored = client.state;
    if (way === 'before storing') await connection?.push(() => connection.pushes.length >= target + 40);
    await client.cut();
    if (way === 'before storing') client.restore(stored);
    if (way === 'with the inbox') await client.loadInbox();
  };

  beforeAll(async () => {
    await server.start();
    const owners = await Promise.all(
      Array.from({ length: WRITERS }, async (_, index) => (await Device.register(server, `owner${index}`)).connect()),
    );
    dora = await Device.register(server, 'dora');
    client = new FollowingClient(dora);
    await client.connect();
    for (let index = 0; index < GROUPS; index += 1) {
      const owner = owners[index % WRITERS] as Connection;
      groups.push({ id: await makeGroup(owner, [dora.userId]), owner, isDoraIn: true });
    }
    const work = [...owners.map(writeOn), changeOn()];
    for (let cut = 0; cut < CUTS; cut += 1) {
      await loseConnection();
      for (let changes = random.below(3); changes > 0; changes -= 1)
        await random
          .pick(owners)
          .send(groups[0]?.id ?? '', 'x')
          .catch(() => 0);
      await client.connect();
    }
    isOver = true;
    await Promise.all(work);
    await server.reached();
    await client.settle();
  }, START_MAX_MS);
  afterAll(() => server.dispose());

  it('misses nothing, gets nothing twice and is never reset', () => {
    expect(client.faults).toEqual([]);
  });

  it('was replayed something most of the time', () => {
    expect(client.resumes.filter((resume) => resume === 'replayed').length).toBeGreaterThan(CUTS / 3);
  });

  it('has applied exactly what the log says that it was to be pushed', async () => {
    const folded = await server.folded();
    const expected = [...folded].flatMap(([id, conversation]) =>
      pushedSeqs(conversation, dora.userId).map((seq) => `${id}@${seq}`),
    );
    const extra = [...client.applied].filter((place) => !expected.includes(place));
    expect(extra).toEqual([]);
    for (const [id, conversation] of folded)
      expect([id, client.state.lastSeqs.get(id)]).toEqual([id, pushedSeqs(conversation, dora.userId).at(-1)]);
    expect(client.applied.size).toBeGreaterThan(500);
  });

  it('leaves read models that equal a fresh replay', async () => {
    expect(await server.stopAndVerify()).toBe('');
  }, 60_000);
});
