export { commandApiConfig, type CommandApiConfig } from './command-api.config.js';
export { CommandApiModule, type CommandApiDependencies, type CommandRoutes } from './command-api.module.js';
export { CommandDispatcher } from './operation/command-dispatcher.js';
export { StreamedUserEvents } from './user/streamed-user-events.js';
export { isUserInLog } from './user/user-in-log.js';
export { UserStreams } from './user/user-streams.js';
