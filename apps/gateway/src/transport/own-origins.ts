import { httpUrl } from '@verbatim/http-edge';

export type OwnAddress = {
  readonly publicUrl: string | null;
  readonly host: string;
  /** True when only this machine reaches the server. */
  readonly isLoopback: boolean;
};

/**
 * Origins of pages that come from this server itself: that of `PUBLIC_URL` and, where only this machine reaches it, those
 * of the address it listens on. `localhost` names no other machine, so no page from elsewhere has such an origin.
 * @param port that it listens on
 */
export const ownOrigins = ({ publicUrl, isLoopback, host }: OwnAddress, port: number): readonly string[] => {
  const urls = isLoopback ? [httpUrl(host, port), httpUrl('localhost', port)] : [];
  return [...new Set([...(publicUrl === null ? [] : [publicUrl]), ...urls].map((url) => new URL(url).origin))];
};
