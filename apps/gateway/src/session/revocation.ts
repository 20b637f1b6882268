import type { UserEvent, UserId } from '@verbatim/domain';
import type { Connection, SessionDirectory } from './session-directory.js';

/**
 * Ends the connections that an event of a user's own stream takes the ground from.
 * @param endedSessionId the session that ended, from the event's metadata; null when it names none
 */
export const endRevoked = (
  directory: SessionDirectory,
  userId: UserId,
  event: UserEvent,
  endedSessionId: string | null,
): void => {
  for (const connection of directory.of(userId)) {
    if (isRevokedBy(event, endedSessionId, connection)) connection.end('device-revoked');
  }
};

/** A device that has logged in again meanwhile has another session, which the older end does not concern. */
const isRevokedBy = (event: UserEvent, endedSessionId: string | null, { actor }: Connection): boolean => {
  if (event.type === 'PasswordChanged') return actor.sessionId !== event.data.keptSessionId;
  if (event.type !== 'DeviceRevoked' || actor.deviceId !== event.data.deviceId) return false;
  return endedSessionId === null || endedSessionId === actor.sessionId;
};
