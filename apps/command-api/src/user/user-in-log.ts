import { type UserId, userStream } from '@verbatim/domain';
import type { EventStore } from '@verbatim/event-store';

/** Whether the log has anything of a user; after a restore it may not have what State has. */
export const isUserInLog = async (store: EventStore, userId: string): Promise<boolean> => {
  const onUndecodable = (): void => undefined; // it is there all the same
  const { headRevision } = await store.readStream(userStream(userId as UserId), { maxCount: 1, onUndecodable });
  return headRevision !== null;
};
