export * from './channel-limits.js';
export * from './channel.config.js';
export { CommandChannel, type CommandChannelOptions } from './client/command-channel.js';
export * from './instances/instance-source.js';
export { rankInstances } from './instances/rendezvous.js';
export { routingKeyOf } from './instances/routing-key.js';
export {
  mountCommandChannel,
  type ChannelEndpoint,
  type ChannelEndpointOptions,
} from './server/mount-command-channel.js';
