import type { UserId } from '@verbatim/domain';
import type { UserProfile, UserQueries } from '../../read-models.js';
import { nameKeyOf, userDocuments } from '../../users/users.projection.js';
import type { Query, ReadConnection, ReadView } from '../read-connection.js';
import { idOfStored } from '../uuid-bytes.js';

type ProfileRow = { readonly user_name: string; readonly display_name: string };

const BY_KEY: Query<ProfileRow> = {
  projection: 'users-v1',
  sql: (table) => `SELECT user_name, display_name FROM ${table(userDocuments)} WHERE id = ?`,
};
/** After a restore two may have one name: the log knew somebody whom State did not, and the name was taken anew. */
const BY_NAME: Query<ProfileRow & { readonly user_id: Buffer | string }> = {
  projection: 'users-v1',
  sql: (table) =>
    `SELECT keys.id AS user_id, user_name, display_name FROM ${table(userDocuments)} AS users ` +
    'JOIN user_keys AS keys ON keys.key = users.id WHERE name_key = ? ORDER BY last_position DESC LIMIT 1',
};

const profileOf = (userId: UserId, row: ProfileRow): UserProfile => ({
  userId,
  userName: row.user_name,
  displayName: row.display_name,
});

const profileById = (view: ReadView, userId: UserId): UserProfile | null => {
  const key = view.users.find(userId);
  if (key === null) return null;
  const row = view.prepare(BY_KEY).get(key);
  return row === undefined ? null : profileOf(userId, row);
};

export const userQueries = (connection: ReadConnection): UserQueries => ({
  byId: async (userId) => connection.read((view) => profileById(view, userId)),
  byIds: async (userIds) =>
    connection.read((view) => userIds.map((userId) => profileById(view, userId)).filter((profile) => profile !== null)),
  byName: async (userName) =>
    connection.read((view) => {
      const row = view.prepare(BY_NAME).get(nameKeyOf(userName));
      return row === undefined ? null : profileOf(idOfStored(row.user_id) as UserId, row);
    }),
});
