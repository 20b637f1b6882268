import { Type } from 'typebox';
import { PASSWORD_MIN_CHARACTERS, PRESENCE_USERS_MAX, USER_NAME_INPUT_PATTERN } from '../limits.js';
import { closed, commandId, password, token, uuid } from './values.js';

const none = Type.Object({}, closed);
const userName = () => Type.String({ pattern: USER_NAME_INPUT_PATTERN, description: 'Case-folded.' });
/** Length and characters are for the rules of names to judge, with codes of their own. */
const name = () => Type.String({ description: 'At most 64 graphemes.' });

const deviceName = () => Type.Optional(name());

export const accountRequests = {
  'account.register': Type.Object(
    {
      userName: userName(),
      password: password(PASSWORD_MIN_CHARACTERS),
      displayName: Type.Optional(name()),
      deviceName: deviceName(),
    },
    closed,
  ),
  'account.login': Type.Object(
    { userName: userName(), password: password(1), deviceId: Type.Optional(uuid()), deviceName: deviceName() },
    closed,
  ),
  'account.refresh': Type.Object({ refreshToken: token() }, closed),
  'account.logout': none,
  'account.change-password': Type.Object(
    { currentPassword: password(1), newPassword: password(PASSWORD_MIN_CHARACTERS) },
    closed,
  ),
};

export const userRequests = {
  'user.me': none,
  'user.update': Type.Object({ commandId: commandId(), displayName: name() }, closed),
  'user.get': Type.Object({ userId: Type.Optional(uuid()), userName: Type.Optional(userName()) }, closed),
  'device.list': none,
  'device.revoke': Type.Object({ commandId: commandId(), deviceId: uuid() }, closed),
  'presence.get': Type.Object({ userIds: Type.Array(uuid(), { minItems: 1, maxItems: PRESENCE_USERS_MAX }) }, closed),
};
