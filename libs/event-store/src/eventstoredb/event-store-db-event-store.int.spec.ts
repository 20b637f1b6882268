import { describeWithEngine, describeWithExternalEngine } from '@verbatim/testing/engines';
import { eventStoreContract } from '../event-store.contract.js';
import { ofItsOwn, openLog } from './event-store-db.fixtures.js';

// Every log has a prefix of its own, so that it starts empty beside whatever else the server holds.

describeWithEngine('event-store-server', (engine) => {
  let url = '';
  beforeAll(async () => {
    ({ url } = await engine.start());
  });
  eventStoreContract('eventstoredb', () => openLog(ofItsOwn(url)));
});

describeWithExternalEngine('event-store', (url) => {
  eventStoreContract('eventstoredb', () => openLog(ofItsOwn(url)));
});
