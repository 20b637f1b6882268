import { assertNever } from '../kernel/assert-never.js';
import type { Decider } from '../kernel/decider.js';
import { accept, type Decision, reject } from '../kernel/decision.js';
import { nameRejectionOf } from '../kernel/name.js';
import type { RegisterDevice, RegisterUser, RevokeDevice, UpdateProfile, UserCommand } from './user.commands.js';
import type { UserEvent } from './user.events.js';
import { evolveUser } from './user.evolve.js';
import { DEVICES_MAX, USER_NAME_PATTERN } from './user.limits.js';
import type { UserRejection } from './user.rejections.js';
import { initialUser, type RegisteredUser, type User } from './user.state.js';

type UserDecision = Decision<UserEvent, UserRejection>;

/** May be repeated until the account it belongs to is active, also with another display name: the first one stays. */
const register = ({ data, context }: RegisterUser, user: User): UserDecision => {
  if (user.kind === 'registered') {
    return user.userName === data.userName ? accept() : reject({ code: 'user-exists' });
  }
  if (!USER_NAME_PATTERN.test(data.userName)) return reject({ code: 'user-name-invalid' });
  const nameRejection = nameRejectionOf(data.displayName);
  if (nameRejection) return reject(nameRejection);
  const { userId, userName, displayName } = data;
  return accept({ type: 'UserRegistered', data: { userId, userName, displayName, registeredAt: context.now } });
};

const updateProfile = ({ data: { displayName } }: UpdateProfile, user: RegisteredUser): UserDecision => {
  const nameRejection = nameRejectionOf(displayName);
  if (nameRejection) return reject(nameRejection);
  return user.displayName === displayName ? accept() : accept({ type: 'ProfileUpdated', data: { displayName } });
};

/** A known device that comes under another name is renamed. */
const registerDevice = ({ data: { deviceId, deviceName } }: RegisterDevice, user: RegisteredUser): UserDecision => {
  const nameRejection = nameRejectionOf(deviceName);
  if (nameRejection) return reject(nameRejection);
  const knownAs = user.devices.get(deviceId);
  if (knownAs === deviceName) return accept();
  if (knownAs === undefined && user.devices.size >= DEVICES_MAX) {
    return reject({ code: 'too-many-devices', devicesMax: DEVICES_MAX });
  }
  return accept({ type: 'DeviceRegistered', data: { deviceId, deviceName } });
};

const revokeDevice = ({ data: { deviceId, reason } }: RevokeDevice, user: RegisteredUser): UserDecision =>
  user.devices.has(deviceId) ? accept({ type: 'DeviceRevoked', data: { deviceId, reason } }) : accept();

export const decideUser = (command: UserCommand, user: User): UserDecision => {
  if (command.type === 'RegisterUser') return register(command, user);
  if (user.kind === 'absent') return reject({ code: 'user-not-found' });
  switch (command.type) {
    case 'UpdateProfile':
      return updateProfile(command, user);
    case 'RegisterDevice':
      return registerDevice(command, user);
    case 'RevokeDevice':
      return revokeDevice(command, user);
    case 'ChangePassword':
      return accept({ type: 'PasswordChanged', data: { keptSessionId: command.data.keptSessionId } });
    default:
      return assertNever(command);
  }
};

export const userDecider: Decider<UserCommand, User, UserEvent, UserRejection> = {
  initial: initialUser,
  decide: decideUser,
  evolve: evolveUser,
};
