import { join } from 'node:path';
import { eventStoreContract } from '../event-store.contract.js';
import { openSqliteEventStore } from './open-sqlite-event-store.js';
import { temporaryFolder, unexpected } from './sqlite-log.fixtures.js';

const folder = temporaryFolder();
let logs = 0;

eventStoreContract('sqlite', () => {
  logs += 1;
  return openSqliteEventStore({ file: join(folder(), `${logs}.db`), onFatal: unexpected });
});
