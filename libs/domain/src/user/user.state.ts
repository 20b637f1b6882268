import type { DeviceId, UserId } from '../kernel/ids.js';

export type AbsentUser = { readonly kind: 'absent' };
export type RegisteredUser = {
  readonly kind: 'registered';
  readonly userId: UserId;
  readonly userName: string;
  displayName: string;
  /** Name of each device that is registered and not revoked. */
  readonly devices: Map<DeviceId, string>;
};

/** What a user's rules need to know of his past. Passwords and sessions are not here: they are identity's State. */
export type User = AbsentUser | RegisteredUser;

const ABSENT: AbsentUser = Object.freeze({ kind: 'absent' });

export const initialUser = (): User => ABSENT;
