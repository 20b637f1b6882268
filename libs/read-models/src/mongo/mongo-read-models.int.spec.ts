import {
  describeWithEngine,
  describeWithExternalEngine,
  ENGINE_HOOK_MAX_MS,
  type RunningEngine,
} from '@verbatim/testing/engines';
import { readModelStoreContract } from '../read-model-store.contract.js';
import { readModelsContract } from '../read-models.contract.js';
import { ScratchDatabases } from './scratch-databases.fixtures.js';

const mountContracts = (adapter: string, databases: ScratchDatabases): void => {
  readModelStoreContract(adapter, databases.open);
  readModelsContract(adapter, databases.open);
};

for (const name of ['mongo-java-server', 'ferretdb'] as const)
  describeWithEngine(name, (available) => {
    let server: RunningEngine;
    beforeAll(async () => {
      server = await available.start();
    }, ENGINE_HOOK_MAX_MS);
    mountContracts(name, new ScratchDatabases(() => server.url));
  });

describeWithExternalEngine('read-model', (url) => {
  const databases = new ScratchDatabases(() => url);
  afterAll(() => databases.drop(), ENGINE_HOOK_MAX_MS);
  mountContracts('mongod', databases);
});
