import type { CommandId, DeviceId, IsoTimestamp, UserId } from '@verbatim/domain';
import type { OperationCall } from '@verbatim/http-edge';
import type { Actor } from '@verbatim/identity';
import { type Clock, uuidV7 } from '@verbatim/platform';
import type { Audit } from '../conversation/writer/write-request.js';

/** The operation table lets no call without an actor through to those who ask for one. */
export const actorOf = ({ actor, op }: OperationCall): Actor => {
  if (actor === null) throw new Error(`${op} was called without an actor`);
  return actor;
};

/** The ids of a verified actor are lower-case UUIDs. */
export const callerOf = (call: OperationCall): UserId => actorOf(call).userId as UserId;

export const auditOf = ({ actor, traceId, ipClass }: OperationCall): Audit => ({
  deviceId: (actor?.deviceId ?? null) as DeviceId | null,
  sessionId: actor?.sessionId ?? null,
  correlationId: traceId,
  ipClass,
});

export const contextOf = (call: OperationCall, clock: Clock): { actorId: UserId; now: IsoTimestamp } => ({
  actorId: callerOf(call),
  now: clock.nowIso() as IsoTimestamp,
});

/** Minted here when the client sent none: then a retry of the client is a command of its own. */
export const commandIdOf = ({ d }: OperationCall): CommandId => (d['commandId'] ?? uuidV7()) as CommandId;
