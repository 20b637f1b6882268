import type { DomainCommand } from '../kernel/event.js';
import type { DeviceId, IsoTimestamp, UserId } from '../kernel/ids.js';
import type { DeviceRevoked } from './user.events.js';

/** A user's stream takes commands from that user alone, or from identity in his name: who asks is settled before. */
export type UserContext = { now: IsoTimestamp };
type UserCommandOf<Type extends string, Data extends object> = DomainCommand<Type, Data, UserContext>;

/** `userName` is case-folded and unique already: the account was inserted before this is asked. */
export type RegisterUser = UserCommandOf<'RegisterUser', { userId: UserId; userName: string; displayName: string }>;
export type UpdateProfile = UserCommandOf<'UpdateProfile', { displayName: string }>;
export type RegisterDevice = UserCommandOf<'RegisterDevice', { deviceId: DeviceId; deviceName: string }>;
export type RevokeDevice = UserCommandOf<
  'RevokeDevice',
  { deviceId: DeviceId; reason: DeviceRevoked['data']['reason'] }
>;
export type ChangePassword = UserCommandOf<'ChangePassword', { keptSessionId: string }>;

export type UserCommand = RegisterUser | UpdateProfile | RegisterDevice | RevokeDevice | ChangePassword;
