import { describeWithEngines } from '@verbatim/testing/engines';
import { ENGINES, EnginesServer } from './engines-server.js';
import type { RunningServer } from './running-server.js';
import { StandaloneServer } from './standalone-server.js';

/** For the hook that starts a server, of either form. */
export const START_MAX_MS = 120_000;

/** The same scenario on every form of the service: one process, and several on engines that they share. */
export const describeOnEachForm = (title: string, scenario: (server: RunningServer) => void): void => {
  describe(title, () => {
    describe('in one process', () => scenario(new StandaloneServer()));
    describeWithEngines(ENGINES, (engines) => scenario(new EnginesServer(engines)));
  });
};
