import type { OperationCall } from '@verbatim/http-edge';
import { uuidV7 } from '@verbatim/platform';
import { type OperationName, operations } from '@verbatim/protocol';

/** Take no command id, and do no more the second time. */
const REPEATABLE = new Set<string>(['receipt.advance', 'device.list', 'account.logout', 'keys.list']);

/**
 * Whether a call may go again when nobody knows what became of it. A login would make a second session, a change of
 * password would fail by the new one: what becomes of those the client has to find out.
 */
export const isRepeatable = (op: string): boolean =>
  REPEATABLE.has(op) || operations[op as OperationName].idempotencyField !== undefined;

/** Receipts wait up to a second for their event, passwords for their hash: they do not stand in the way of others. */
export const isPatient = (op: string): boolean => op === 'receipt.advance' || op.startsWith('account.');

const HASHING = new Set<string>(['account.register', 'account.login', 'account.change-password']);

/** Whether the call waits for the hash of a password. */
export const isHashing = (op: string): boolean => HASHING.has(op);

/** A client that sent no command id gets one here, which stays over all tries of the gateway. */
export const withCommandId = (call: OperationCall): OperationCall => {
  const { idempotencyField } = operations[call.op as OperationName];
  if (idempotencyField !== 'commandId' || call.d['commandId'] !== undefined) return call;
  return { ...call, d: { ...call.d, commandId: uuidV7() } };
};
