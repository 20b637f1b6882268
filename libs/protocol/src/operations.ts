import { accountOperations } from './operations/account.js';
import type { AccountExchanges } from './operations/account.js';
import { connectionOperations } from './operations/connection.js';
import type { ConnectionExchanges } from './operations/connection.js';
import { conversationOperations } from './operations/conversation.js';
import type { ConversationExchanges } from './operations/conversation.js';
import { memberOperations } from './operations/member.js';
import type { MemberExchanges } from './operations/member.js';
import { messageOperations } from './operations/message.js';
import type { MessageExchanges } from './operations/message.js';
import type { HttpBinding, Operation } from './operations/operation.js';
import { serviceOperations } from './operations/service.js';
import type { ServiceExchanges } from './operations/service.js';
import { userOperations } from './operations/user.js';
import type { UserExchanges } from './operations/user.js';

type Exchanges = AccountExchanges &
  UserExchanges &
  ConversationExchanges &
  MemberExchanges &
  MessageExchanges &
  ConnectionExchanges &
  ServiceExchanges;

export type OperationName = keyof Exchanges;
/** `d` of a request on the socket; over HTTP the same fields in path, query and body. */
export type RequestOf<Name extends OperationName> = Exchanges[Name]['request'];
/** `d` of the reply; over HTTP the body. */
export type ReplyOf<Name extends OperationName> = Exchanges[Name]['reply'];

const table = {
  ...accountOperations,
  ...userOperations,
  ...conversationOperations,
  ...memberOperations,
  ...messageOperations,
  ...connectionOperations,
  ...serviceOperations,
} as const;

/** The names that are an `op` on the socket. */
export type SocketOperationName = {
  [Name in OperationName]: (typeof table)[Name]['socket'] extends true ? Name : never;
}[OperationName];

/** Every operation of the interface: drives the socket, the routes, the documents, the SDK and the tests. */
export const operations: { readonly [Name in OperationName]: Operation } = table;

export const operationNames = Object.keys(operations) as readonly OperationName[];
export const socketOperationNames = operationNames.filter(
  (name): name is SocketOperationName => operations[name].socket,
);

/** The names as a set, because a lookup in an object finds `constructor`. */
const socketNames: ReadonlySet<string> = new Set(socketOperationNames);
export const isSocketOperationName = (name: string): name is SocketOperationName => socketNames.has(name);

/** Whether an operation is open to those who carry no token. */
export const audienceOf = (operation: Operation): 'public' | 'authenticated' =>
  operation.access === 'anyone' ? 'public' : 'authenticated';

/** Names of the `{fields}` of a path. */
export const pathFieldsOf = (binding: HttpBinding): readonly string[] =>
  [...binding.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');

/** HTTP status of a reply: 201 or 200 where the operation tells a first from a repeated one. */
export const successStatusOf = (operation: Operation, reply: object): number => {
  const { alternateStatus, successStatus } = operation;
  if (!alternateStatus) return successStatus;
  const { field, status, value } = alternateStatus;
  return Object.entries(reply).some(([name, of]) => name === field && of === value) ? status : successStatus;
};
