import type { UserEvent, UserId } from '@verbatim/domain';
import type { Connection, SessionDirectory } from './session-directory.js';

/** Ends the connections that an event of a user's own stream takes the ground from. */
export const endRevoked = (directory: SessionDirectory, userId: UserId, event: UserEvent): number => {
  const revoked = directory.of(userId).filter((connection) => isRevokedBy(event, connection));
  for (const connection of revoked) connection.end('device-revoked');
  return revoked.length;
};

const isRevokedBy = (event: UserEvent, { actor }: Connection): boolean => {
  if (event.type === 'DeviceRevoked') return actor.deviceId === event.data.deviceId;
  if (event.type === 'PasswordChanged') return actor.sessionId !== event.data.keptSessionId;
  return false;
};
