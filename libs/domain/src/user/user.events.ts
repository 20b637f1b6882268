import type { DomainEvent } from '../kernel/event.js';
import type { DeviceId, IsoTimestamp, UserId } from '../kernel/ids.js';

export type UserRegistered = DomainEvent<
  'UserRegistered',
  { userId: UserId; userName: string; displayName: string; registeredAt: IsoTimestamp }
>;
export type ProfileUpdated = DomainEvent<'ProfileUpdated', { displayName: string }>;
export type DeviceRegistered = DomainEvent<'DeviceRegistered', { deviceId: DeviceId; deviceName: string }>;
/** The device's sockets close when a gateway's feed passes this event. The same device may log in again later. */
export type DeviceRevoked = DomainEvent<
  'DeviceRevoked',
  { deviceId: DeviceId; reason: 'signed-out' | 'revoked' | 'refresh-token-reused' }
>;
/** Every session but the one that changed it ends. */
export type PasswordChanged = DomainEvent<'PasswordChanged', { keptSessionId: string }>;

/** Everything a `user-<uuid>` stream may hold. Stored for ever. */
export type UserEvent = UserRegistered | ProfileUpdated | DeviceRegistered | DeviceRevoked | PasswordChanged;
