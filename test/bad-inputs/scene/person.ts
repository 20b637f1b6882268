/** Somebody with an account, and one session of his. */
export type Person = {
  readonly userName: string;
  readonly password: string;
  readonly userId: string;
  readonly deviceId: string;
  readonly accessToken: string;
  readonly refreshToken: string;
};
