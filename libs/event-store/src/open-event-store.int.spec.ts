import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UnsupportedEventStoreError } from './errors.js';
import { openEventStore } from './open-event-store.js';
import { temporaryFolder, unexpected } from './sqlite/sqlite-log.fixtures.js';

const folder = temporaryFolder();

describe('EVENT_STORE_URL', () => {
  it('names a file, whose folder is made', async () => {
    const file = join(folder(), 'new/data/events.db');
    const store = await openEventStore(`sqlite:${file}`, { onFatal: unexpected });
    await store.close();
    expect(existsSync(file)).toBe(true);
  });

  it('names memory, where every opening is a log of its own', async () => {
    const [one, other] = await Promise.all([1, 2].map(() => openEventStore('memory:', { onFatal: unexpected })));
    expect(one?.identity.logId).not.toBe(other?.identity.logId);
  });

  it.each(['eventstore://localhost:2113', 'memory', 'sqlite:', '', 'C:\\events.db'])(
    'is refused as %j',
    async (url) => {
      await expect(openEventStore(url, { onFatal: unexpected })).rejects.toBeInstanceOf(UnsupportedEventStoreError);
    },
  );
});
