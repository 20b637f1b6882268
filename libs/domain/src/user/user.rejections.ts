import type { NameRejection } from '../kernel/name.js';

/** Why a user's stream refuses a command. The codes are the protocol's error codes. */
export type UserRejection =
  | { code: 'user-not-found' }
  /** The id is registered under another user name. */
  | { code: 'user-exists' }
  | { code: 'user-name-invalid' }
  /** Of a display name or a device name. */
  | NameRejection
  | { code: 'too-many-devices'; devicesMax: number };
