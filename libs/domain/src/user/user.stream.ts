import type { StreamName, UserId } from '../kernel/ids.js';
import { categoryOf, idOf, streamNameOf } from '../kernel/stream-name.js';

export const USER_CATEGORY = 'user';

/** `user-<uuid>`. Throws `RangeError` unless the id is a lower-case UUID. */
export const userStream = (userId: UserId): StreamName => streamNameOf(USER_CATEGORY, userId);

/** The user that a `user-<uuid>` stream is. Throws `RangeError` for any other stream. */
export const userIdOf = (stream: StreamName): UserId => {
  if (categoryOf(stream) !== USER_CATEGORY) throw new RangeError(`no user stream: ${stream.slice(0, 64)}`);
  return idOf(stream) as UserId;
};
