export const roles = ['user', 'moderator', 'auditor', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Who a request comes from, taken from a verified access token (or an authenticated gateway channel) and nothing else. */
export type Actor = {
  /** Lower-case UUID of the account. */
  readonly userId: string;
  /** Lower-case UUID of the device that the session belongs to. */
  readonly deviceId: string;
  /** Lower-case UUID of the refresh family: one login on one device. */
  readonly sessionId: string;
  readonly role: Role;
};
