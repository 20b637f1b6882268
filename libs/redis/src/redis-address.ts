import { OperatorError } from '@verbatim/platform';

/** A Redis as an operator named it. Only `text` may be printed: the URL may hold a password. */
export type RedisAddress = {
  readonly url: string;
  /** `host:port` */
  readonly text: string;
  readonly database: number;
  /** The environment variable that it comes from. */
  readonly variable: string;
};

const DEFAULT_PORT = '6379';
const DATABASE = /^\/(\d{1,5})?$/;

export const isRedisUrl = (url: string): boolean => /^rediss?:\/\//.test(url);

/** @throws OperatorError when it is no `redis://[[user]:password@]host[:port][/database]` */
export const redisAddressOf = (url: string, variable: string): RedisAddress => {
  const parsed = isRedisUrl(url) && URL.canParse(url) ? new URL(url) : null;
  const database = DATABASE.exec(parsed?.pathname || '/');
  if (parsed === null || parsed.hostname === '' || database === null || parsed.search !== '' || parsed.hash !== '')
    throw new OperatorError(
      `${variable} has to be redis://[[user]:password@]host[:port][/database], or rediss:// for TLS`,
    );
  const text = `${parsed.hostname}:${parsed.port || DEFAULT_PORT}`;
  return { url, text, database: Number(database[1] ?? 0), variable };
};
