import { specificationOf } from '@verbatim/testing/specification';
import type { DeviceId } from '../kernel/ids.js';
import { ada, NOON, uuidOf } from '../kernel/people.fixtures.js';
import type { ChangePassword, RegisterDevice, RegisterUser, RevokeDevice, UpdateProfile } from './user.commands.js';
import { userDecider } from './user.decide.js';
import type {
  DeviceRegistered,
  DeviceRevoked,
  PasswordChanged,
  ProfileUpdated,
  UserRegistered,
} from './user.events.js';

export const { given } = specificationOf(userDecider);

export const phone = uuidOf(0x1) as DeviceId;
export const laptop = uuidOf(0x2) as DeviceId;

const context = { now: NOON };

export const register = (data: Partial<RegisterUser['data']> = {}): RegisterUser => ({
  type: 'RegisterUser',
  data: { userId: ada, userName: 'ada', displayName: 'Ada', ...data },
  context,
});
export const updateProfile = (displayName: string): UpdateProfile => ({
  type: 'UpdateProfile',
  data: { displayName },
  context,
});
export const registerDevice = (deviceId: DeviceId, deviceName = 'a device'): RegisterDevice => ({
  type: 'RegisterDevice',
  data: { deviceId, deviceName },
  context,
});
export const revokeDevice = (deviceId: DeviceId): RevokeDevice => ({
  type: 'RevokeDevice',
  data: { deviceId, reason: 'revoked' },
  context,
});
export const changePassword = (keptSessionId: string): ChangePassword => ({
  type: 'ChangePassword',
  data: { keptSessionId },
  context,
});

export const registered = (data: Partial<UserRegistered['data']> = {}): UserRegistered => ({
  type: 'UserRegistered',
  data: { userId: ada, userName: 'ada', displayName: 'Ada', registeredAt: NOON, ...data },
});
export const profileUpdated = (displayName: string): ProfileUpdated => ({
  type: 'ProfileUpdated',
  data: { displayName },
});
export const deviceRegistered = (deviceId: DeviceId, deviceName = 'a device'): DeviceRegistered => ({
  type: 'DeviceRegistered',
  data: { deviceId, deviceName },
});
export const deviceRevoked = (deviceId: DeviceId): DeviceRevoked => ({
  type: 'DeviceRevoked',
  data: { deviceId, reason: 'revoked' },
});
export const passwordChanged = (keptSessionId: string): PasswordChanged => ({
  type: 'PasswordChanged',
  data: { keptSessionId },
});
