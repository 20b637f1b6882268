import {
  describeWithEngine,
  describeWithExternalEngine,
  ENGINE_HOOK_MAX_MS,
  type RunningEngine,
} from '@verbatim/testing/engines';
import { ScratchDatabases } from './scratch-databases.fixtures.js';

/** The suite on the fast server that is installed, and on a real mongod where there is one. */
export const describeOnMongo = (suite: (databases: ScratchDatabases) => void): void => {
  describeWithEngine('mongo-java-server', (available) => {
    let server: RunningEngine;
    beforeAll(async () => {
      server = await available.start();
    }, ENGINE_HOOK_MAX_MS);
    suite(new ScratchDatabases(() => server.url));
  });
  describeWithExternalEngine('read-model', (url) => {
    const databases = new ScratchDatabases(() => url);
    afterAll(() => databases.drop(), ENGINE_HOOK_MAX_MS);
    suite(databases);
  });
};
