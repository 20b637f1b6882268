import type { UserId } from '@verbatim/domain';
import type { UserProfile, UserQueries } from '../../read-models.js';
import { nameKeyOf, userDocuments } from '../../users/users.projection.js';
import { findByIds } from '../document-reader.js';
import type { StoredDocument } from '../collection-layout.js';
import type { QuerySource, QueryView } from '../query-source.js';

type Profile = Omit<UserProfile, 'userId'>;

const FIELDS = { userName: 1, displayName: 1 } as const;

const profileOf = ({ _id, userName, displayName }: StoredDocument & Profile): UserProfile => ({
  userId: _id as UserId,
  userName,
  displayName,
});

const usersOf = (view: QueryView) => view.collection('users-v1', userDocuments);

const profilesByIds = async (view: QueryView, userIds: readonly UserId[]): Promise<readonly UserProfile[]> => {
  const found = await findByIds<Profile>(view.connection, usersOf(view), userIds, FIELDS);
  return userIds.flatMap((userId) => {
    const profile = found.get(userId);
    return profile === undefined ? [] : [profileOf(profile)];
  });
};

export const userQueries = (source: QuerySource): UserQueries => ({
  byId: async (userId) => (await profilesByIds(await source.recent(), [userId]))[0] ?? null,
  byIds: async (userIds) => profilesByIds(await source.recent(), userIds),
  byName: async (userName) => {
    const view = await source.recent();
    // After a restore two may have one name: the log knew somebody whom State did not, and the name was taken anew.
    const newest = { projection: FIELDS, sort: { lastPosition: -1 }, limit: 1 } as const;
    const [profile] = await view.connection.call(() =>
      usersOf(view)
        .find({ nameKey: nameKeyOf(userName) }, newest)
        .toArray(),
    );
    return profile === undefined ? null : profileOf(profile as unknown as StoredDocument & Profile);
  },
});
