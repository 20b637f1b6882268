export type { FaultRequest } from './faults/fault-door.js';
export {
  launchEventStoreServer,
  type EventStoreServerLaunch,
  type EventStoreServerProcess,
} from './server-under-test.js';
