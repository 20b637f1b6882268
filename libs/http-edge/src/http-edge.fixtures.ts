import type { Actor } from '@verbatim/identity';
import { createHttpServer, type HttpServer } from './http-server.js';
import { refuseOtherMethods } from './method-not-allowed.js';
import type { OperationCall } from './operation-call.js';
import { type Authenticate, type LimitDecision, registerOperations } from './register-operations.js';

export const ada: Actor = {
  userId: '01890000-0000-7000-8000-00000000000a',
  deviceId: '01890000-0000-7000-8000-0000000000d1',
  sessionId: '01890000-0000-7000-8000-0000000000e1',
  role: 'user',
};
export const conversationId = '01890000-0000-7000-8000-0000000000c1';
export const ownOrigin = 'https://chat.example';

export type Edge = { readonly server: HttpServer; readonly calls: OperationCall[]; readonly errors: unknown[] };
export type EdgeOptions = {
  readonly decision?: LimitDecision | null;
  readonly fails?: boolean;
  readonly authenticate?: Authenticate;
  readonly trustedProxies?: readonly string[];
  /** What the handler waits for before it answers. */
  readonly until?: Promise<void>;
};

const onlyGood: Authenticate = (token) =>
  token === 'good' ? { ok: true, actor: ada } : { ok: false, code: 'token-invalid' };

/** A real server with a few real operations whose handler remembers its calls and answers `{"seq":7}`. */
export const openEdge = async (options: EdgeOptions = {}): Promise<Edge> => {
  const { decision = null, fails = false, authenticate = onlyGood, trustedProxies = [], until } = options;
  const errors: unknown[] = [];
  const calls: OperationCall[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const server = createHttpServer({ origins: { allowedOrigins: [ownOrigin] }, trustedProxies, onError });
  registerOperations(server, {
    names: ['message.send', 'history.page', 'group.join', 'member.remove', 'account.login', 'user.get'],
    handler: async (call) => {
      calls.push(call);
      await until;
      if (fails) throw new Error('the handler broke');
      return { ok: true, status: 201, dText: '{"seq":7}' };
    },
    authenticate,
    limit: () => decision,
    onError,
  });
  refuseOtherMethods(server);
  await server.ready();
  return { server, calls, errors };
};
