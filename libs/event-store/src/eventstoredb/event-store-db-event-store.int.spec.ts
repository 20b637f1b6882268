import { eventStoreContract } from '../event-store.contract.js';
import { ofItsOwn, openLog, ServerUnderTest } from './event-store-db.fixtures.js';

const server = new ServerUnderTest();

eventStoreContract('eventstoredb on the protocol server', () => openLog(ofItsOwn(server.url)));

const realUrl = process.env['TEST_EVENT_STORE_URL'] ?? '';
const onRealServer = 'eventstoredb on a real server';

// Each log has a prefix of its own there, so that it starts empty beside whatever else the server holds.
if (realUrl !== '') eventStoreContract(onRealServer, () => openLog(ofItsOwn(realUrl)));
else
  describe(onRealServer, () => {
    it.skip('keeps the event store contract (needs TEST_EVENT_STORE_URL)', () => {});
  });
