export { CommandApiModule, type CommandApiDependencies } from './command-api.module.js';
export { CommandDispatcher } from './operation/command-dispatcher.js';
export { requestClasses } from './operation/request-classes.js';
export { ReceiptsOwner } from './receipts/receipts-owner.js';
export { StreamedUserEvents } from './user/streamed-user-events.js';
export { UserStreams } from './user/user-streams.js';
export { mountCommandRoutes, type CommandRoutesOptions } from './http/command-routes.js';
