import { aConversation, messages } from '../event-store.fixtures.js';
import { ForeignLogError } from '../errors.js';
import { beginEventStoreDbEpoch } from './begin-event-store-db-epoch.js';
import { ofItsOwn, openLog, ServerUnderTest } from './event-store-db.fixtures.js';

const server = new ServerUnderTest();

describe('beginning a new epoch of a log on EventStoreDB', () => {
  it('keeps the log and its events, and raises the epoch each time', async () => {
    const url = ofItsOwn(server.url);
    const before = await openLog(url);
    await before.append(aConversation(), 'no-stream', messages(3));
    await before.close();
    const begun = [await beginEventStoreDbEpoch(url), await beginEventStoreDbEpoch(url)];
    const after = await openLog(url);
    const { events } = await after.readAll({ after: null, maxCount: 10 });
    await after.close();
    expect(begun.map(({ events: checked, identity }) => [checked, identity.epoch])).toEqual([
      [3, 2],
      [3, 3],
    ]);
    expect(after.identity).toEqual({ ...before.identity, epoch: 3 });
    expect(events).toHaveLength(3);
  });

  it('is refused where there is no log', async () => {
    await expect(beginEventStoreDbEpoch(ofItsOwn(server.url))).rejects.toBeInstanceOf(ForeignLogError);
  });
});
