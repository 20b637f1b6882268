import { type UserEvent, type UserId } from '@verbatim/domain';
import type { Position, RecordedEvent } from '@verbatim/event-store';
import { defineCollection } from '../projection/collection.js';
import { defineProjection, type Want } from '../projection/projection.js';
import { userIdIn } from '../projection/subject.js';

export type UserDocument = {
  readonly userId: UserId;
  /** As registered. */
  readonly userName: string;
  /** What names are compared by. */
  readonly nameKey: string;
  readonly displayName: string;
  readonly lastPosition: Position;
};

export const userDocuments = defineCollection<UserDocument>({
  name: 'users_v1_users',
  columns: { userId: 'user', userName: 'text', nameKey: 'text', displayName: 'text', lastPosition: 'position' },
  key: ['userId'],
  writeRule: 'guarded',
});

/** Two names with one key are the same name. */
export const nameKeyOf = (userName: string): string => userName.normalize('NFKC').toLowerCase();

const wantUser = ({ streamName }: RecordedEvent<UserEvent>, want: Want): void =>
  want(userDocuments, userIdIn(streamName));

export const usersProjection = defineProjection({
  name: 'users-v1',
  categories: ['user'],
  poisonPolicy: 'park',
  collections: [userDocuments],
  handlers: {
    UserRegistered: {
      reads: wantUser,
      fold: ({ event, position, streamName }, documents) => {
        const userId = userIdIn(streamName);
        if (documents.get(userDocuments, userId) !== null) return;
        const { userName, displayName } = event.data;
        const nameKey = nameKeyOf(userName);
        documents.put(userDocuments, userId, { userId, userName, nameKey, displayName, lastPosition: position });
      },
    },
    ProfileUpdated: {
      reads: wantUser,
      fold: ({ event, position, streamName }, documents) => {
        const userId = userIdIn(streamName);
        const user = documents.get(userDocuments, userId);
        if (user === null) throw new Error('a profile of nobody was updated');
        if (position <= user.lastPosition) return;
        documents.put(userDocuments, userId, { ...user, displayName: event.data.displayName, lastPosition: position });
      },
    },
    DeviceRegistered: 'ignored',
    DeviceRevoked: 'ignored',
    PasswordChanged: 'ignored',
  },
});
