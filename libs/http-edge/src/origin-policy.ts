export type OriginPolicy = {
  /** Exact origins (`https://chat.example`) whose pages may call; the server's own only when it is named too. */
  readonly allowedOrigins: readonly string[];
};

/**
 * Browsers send `Origin` on every WebSocket and every cross-origin request; other clients send none and are known by
 * their bearer token alone. Compared exactly: `https://good.evil.com` and `null` are nobody.
 */
export const isOriginAllowed = ({ allowedOrigins }: OriginPolicy, origin: string | undefined): boolean =>
  origin === undefined || allowedOrigins.includes(origin);
