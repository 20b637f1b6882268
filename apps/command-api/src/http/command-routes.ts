import { type HttpServer, type OperationCall, type RegisterOptions, registerOperations } from '@verbatim/http-edge';
import type { Identity } from '@verbatim/identity';
import type { OperationName, OpResult } from '@verbatim/protocol';
import type { CommandDispatcher } from '../operation/command-dispatcher.js';
import { succeed } from '../operation/op-results.js';
import { requestClasses } from '../operation/request-classes.js';

export type CommandRoutesOptions = Pick<RegisterOptions, 'authenticate' | 'limit' | 'onError'> & {
  readonly dispatcher: CommandDispatcher;
  readonly identity: Identity;
};

/** Adds the routes of every operation that command-api serves. */
export const mountCommandRoutes = (server: HttpServer, options: CommandRoutesOptions): void => {
  const { dispatcher, identity, authenticate, limit, onError } = options;
  const handler = (call: OperationCall): Promise<OpResult> =>
    call.op === 'keys.list' ? Promise.resolve(succeed(200, identity.jwks())) : dispatcher.execute(call);
  const names = [...(Object.keys(requestClasses) as OperationName[]), 'keys.list' as const];
  registerOperations(server, { names, handler, authenticate, limit, onError });
};
