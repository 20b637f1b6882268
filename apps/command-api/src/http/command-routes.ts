import { type HttpServer, type OperationHandler, type RegisterOptions, registerOperations } from '@verbatim/http-edge';
import type { Identity } from '@verbatim/identity';
import type { OperationName } from '@verbatim/protocol';
import type { CommandDispatcher } from '../operation/command-dispatcher.js';
import { succeed } from '../operation/op-results.js';
import { requestClasses } from '../operation/request-classes.js';

export type CommandRoutesOptions = Pick<RegisterOptions, 'authenticate' | 'limit' | 'onError'> & {
  readonly dispatcher: CommandDispatcher;
  readonly identity: Identity;
};

/** Executes every operation that command-api serves, for its routes and for the channel alike. */
export const commandHandler =
  ({ dispatcher, identity }: Pick<CommandRoutesOptions, 'dispatcher' | 'identity'>): OperationHandler =>
  (call) =>
    call.op === 'keys.list' ? Promise.resolve(succeed(200, identity.jwks())) : dispatcher.execute(call);

/** Names of those operations. */
export const commandOperations: readonly OperationName[] = [
  ...(Object.keys(requestClasses) as OperationName[]),
  'keys.list',
];

/** Adds the routes of every operation that command-api serves. */
export const mountCommandRoutes = (server: HttpServer, options: CommandRoutesOptions): void => {
  const { authenticate, limit, onError } = options;
  const handler = commandHandler(options);
  registerOperations(server, { names: commandOperations, handler, authenticate, limit, onError });
};
