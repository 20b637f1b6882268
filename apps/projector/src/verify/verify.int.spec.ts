import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMemoryEventStore } from '@verbatim/event-store';
import { openSqliteReadModels, projections } from '@verbatim/read-models';
import BetterSqlite from 'better-sqlite3';
import { ada, aConversation, bob } from '../testkit/people.fixtures.js';
import { ProjectorUnderTest } from '../testkit/projector-under-test.fixtures.js';
import { verify } from './verify.js';

describe('verifying read models against the log', () => {
  let folder: string;
  let file: string;
  let projector: ProjectorUnderTest;
  const tea = aConversation();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'projector-'));
    file = join(folder, 'read-models.db');
    projector = await ProjectorUnderTest.open(file);
    await projector.people.registers(ada, 'ada');
    await projector.people.starts(tea);
    await projector.start();
    await projector.passed(await projector.people.sends(tea, 'one', 'two'));
    await projector.runner?.stop();
  });
  afterEach(async () => {
    await projector.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Does to the file what no program of ours would. */
  const tamper = (sql: string): void => {
    const database = new BetterSqlite(file);
    expect(database.prepare(sql).run().changes).toBe(1);
    database.close();
  };

  it('finds nothing where nothing is wrong', async () => {
    const report = await verify(projector);
    expect(report).toMatchObject({ events: 4, differenceCount: 0, differences: [] });
    expect(report.documents).toBeGreaterThan(10);
  });

  it('gives the same hashes for the same log', async () => {
    expect((await verify(projector)).hashes).toEqual((await verify(projector)).hashes);
  });

  it.each([
    [
      'differs',
      'timeline_v1_items',
      `${tea}/0000000002`,
      "UPDATE timeline_v1_items_g1 SET text = '{}' WHERE text LIKE '%two%'",
    ],
    ['missing', 'timeline_v1_items', `${tea}/0000000001`, "DELETE FROM timeline_v1_items_g1 WHERE text LIKE '%one%'"],
    [
      'extra',
      'timeline_v1_items',
      `${tea}/0000000009`,
      "INSERT INTO timeline_v1_items_g1 SELECT id + 7, position, sender_key, text FROM timeline_v1_items_g1 WHERE text LIKE '%two%'",
    ],
    ['differs', 'inbox_v1_heads', tea, 'UPDATE inbox_v1_heads_g1 SET message_count = 9'],
    [
      'differs',
      'membership_v1_members',
      `${tea}/${bob}`,
      `UPDATE membership_v1_members_g1 SET is_current = 0 WHERE hex(user_id) = '${bob.replaceAll('-', '').toUpperCase()}'`,
    ],
    ['differs', 'users_v1_users', ada, "UPDATE users_v1_users_g1 SET display_name = 'Eve'"],
  ])('names a document that is %s in %s', async (kind, collection, key, sql) => {
    tamper(sql);
    const { differences, differenceCount } = await verify(projector);
    expect(differenceCount).toBe(1);
    expect(differences).toEqual([expect.objectContaining({ kind, collection, key })]);
  });

  it('names projections that have folded nothing of what the log has for them', async () => {
    const empty = await openSqliteReadModels({ file: 'memory:', log: projector.eventStore.identity });
    const report = await verify({ eventStore: projector.eventStore, store: empty });
    expect(report.unfolded).toEqual(projections.map(({ name }) => name));
    expect((await verify(projector)).unfolded).toEqual([]);
    await empty.close();
  });

  it('misses nothing where the log has nothing', async () => {
    const eventStore = openMemoryEventStore();
    const empty = await openSqliteReadModels({ file: 'memory:', log: eventStore.identity });
    expect(await verify({ eventStore, store: empty })).toMatchObject({ events: 0, documents: 0, unfolded: [] });
    await empty.close();
    await eventStore.close();
  });

  it('compares at the checkpoint of each projection, however far the log is', async () => {
    await projector.people.sends(tea, 'not yet folded');
    expect(await verify(projector)).toMatchObject({ differenceCount: 0, events: 5 });
  });
});
