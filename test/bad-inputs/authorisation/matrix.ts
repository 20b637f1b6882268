import { operationNames, operations, type Access, type ErrorCode, type OperationName } from '@verbatim/protocol';

export const ROLES = ['stranger', 'former', 'member', 'owner'] as const;
export type Role = (typeof ROLES)[number];
/** A direct conversation has neither owner nor former members. */
export const KINDS = ['open', 'invite-only', 'direct'] as const;
export type Kind = (typeof KINDS)[number];
export type Transport = 'http' | 'socket';

export type Cell = {
  readonly op: OperationName;
  readonly role: Role;
  readonly kind: Kind;
  readonly transport: Transport;
  readonly expected: 'ok' | ErrorCode;
};

const REFUSALS: Readonly<Record<Exclude<Role, 'owner'>, ErrorCode>> = {
  stranger: 'conversation-not-found',
  former: 'not-a-member',
  member: 'not-the-owner',
};

/** Who may, in the words of the protocol: the first role that may, the ones behind it may too. */
const firstThatMay = (access: Access, kind: Kind): Role => {
  if (access === 'joiner') return kind === 'open' ? 'stranger' : 'member';
  if (access === 'adder') return kind === 'open' ? 'member' : 'owner';
  if (access === 'once-member') return 'former';
  return access === 'member' ? 'member' : 'owner';
};

const expectedOf = (op: OperationName, role: Role, kind: Kind): Cell['expected'] => {
  const { access, errors } = operations[op];
  if (kind === 'direct') {
    if (role === 'stranger') return 'conversation-not-found';
    return errors.includes('not-a-group') ? 'not-a-group' : 'ok';
  }
  const may = ROLES.indexOf(role) >= ROLES.indexOf(firstThatMay(access, kind));
  return may ? 'ok' : REFUSALS[role as Exclude<Role, 'owner'>];
};

const OF_CONVERSATIONS: readonly Access[] = ['member', 'once-member', 'owner', 'adder', 'joiner'];
export const conversationOps = operationNames.filter((op) => OF_CONVERSATIONS.includes(operations[op].access));
const rolesIn = (kind: Kind): readonly Role[] => (kind === 'direct' ? ['stranger', 'member'] : ROLES);

export const transportsOf = (op: OperationName): readonly Transport[] => [
  ...(operations[op].http.length > 0 ? (['http'] as const) : []),
  ...(operations[op].socket ? (['socket'] as const) : []),
];

/** Every operation on a conversation, by everybody, in every kind of conversation, over both transports. */
export const cells: readonly Cell[] = conversationOps.flatMap((op) =>
  KINDS.flatMap((kind) =>
    rolesIn(kind).flatMap((role) =>
      transportsOf(op).map((transport) => ({ op, role, kind, transport, expected: expectedOf(op, role, kind) })),
    ),
  ),
);
