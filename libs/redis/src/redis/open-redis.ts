import { OperatorError, type Logger, type Metrics } from '@verbatim/platform';
import { redisAddressOf, type RedisAddress } from '../redis-address.js';
import {
  RedisUnavailableError,
  type RedisConnection,
  type RedisReply,
  type RedisSubscriber,
} from '../redis-connection.js';
import { VERSION_MIN } from '../redis-limits.js';
import { DialTimeoutError } from './dial.js';
import { isRefusal, messageOf, RedisLink } from './redis-link.js';
import { runScript } from './run-script.js';
import { LinkedSubscriber } from './linked-subscriber.js';

export type RedisOptions = {
  /** The environment variable that the URL comes from, for messages. */
  readonly variable: string;
  /** What it is for, in metrics and logs. */
  readonly use: 'discovery' | 'presence' | 'rate-limit';
  readonly logger: Logger;
  readonly metrics?: Metrics;
  /** COMMAND_LIMIT_MS unless given, as on a machine that is busy with tests. */
  readonly commandLimitMs?: number;
};

/**
 * Connects to a Redis server. From here on it comes back by itself, for ever.
 * @throws OperatorError when there is none, it refuses the credentials, or it is older than 7.0
 */
export const openRedis = async (url: string, options: RedisOptions): Promise<RedisConnection> => {
  const address = redisAddressOf(url, options.variable);
  const link = new RedisLink({
    address,
    logger: options.logger.child({ use: options.use }),
    commandLimitMs: options.commandLimitMs,
  });
  await openOrExplain(link, address);
  try {
    requireVersion(String(await link.send(['INFO', 'server'])), address);
  } catch (error) {
    link.close();
    throw explained(error, address);
  }
  observe(link, options);
  return {
    get isUp() {
      return link.isUp;
    },
    database: address.database,
    send: (command) => link.send(command),
    run: (script, args): Promise<RedisReply> => runScript(link, script, args),
    onUp: (listener) => link.onUp(listener),
    onDown: (listener) => link.onDown(listener),
    close: async () => link.close(),
  };
};

/** Listens to channels of a server that `openRedis` has found usable. @throws OperatorError like it */
export const openRedisSubscriber = async (
  url: string,
  options: RedisOptions,
  onMessage: (message: string, channel: string) => void,
): Promise<RedisSubscriber> => {
  const address = redisAddressOf(url, options.variable);
  const logger = options.logger.child({ use: `${options.use} channels` });
  const subscriber = new LinkedSubscriber({ address, logger, commandLimitMs: options.commandLimitMs }, onMessage);
  await openOrExplain(subscriber, address);
  return subscriber;
};

const openOrExplain = async (
  link: { open(): Promise<void>; close(): unknown },
  address: RedisAddress,
): Promise<void> => {
  try {
    await link.open();
  } catch (error) {
    link.close();
    throw explained(error, address);
  }
};

const observe = (link: RedisLink, { use, metrics }: RedisOptions): void => {
  const labels = { use };
  const isUp = (): number => (link.isUp ? 1 : 0);
  metrics?.gauge({ name: 'redis_up_info', help: '1 while Redis answers', labels, read: isUp });
  const losses = metrics?.counter({
    name: 'redis_losses_total',
    help: 'Connections to Redis that were given up',
    labels,
  });
  link.onDown(() => losses?.add());
};

const requireVersion = (info: string, { text, variable }: RedisAddress): void => {
  const [, version = 'unknown', major, minor] = /^redis_version:((\d+)\.(\d+)\S*)/m.exec(info) ?? [];
  const { major: majorMin, minor: minorMin } = VERSION_MIN;
  if (Number(major) > majorMin || (Number(major) === majorMin && Number(minor) >= minorMin)) return;
  throw new OperatorError(
    `the Redis at ${text} (${variable}) is of version ${version}; it has to be ${majorMin}.${minorMin} or later`,
  );
};

/** One line for the operator, without the URL: it may hold a password. */
const explained = (error: unknown, { text, variable }: RedisAddress): Error => {
  if (error instanceof OperatorError) return error;
  const cause = error instanceof RedisUnavailableError && error.cause !== undefined ? error.cause : error;
  if (isRefusal(cause, 'WRONGPASS') || isRefusal(cause, 'NOAUTH'))
    return new OperatorError(`the Redis at ${text} refuses the user name or password in ${variable}`, { cause });
  if (isRefusal(cause, 'NOPERM'))
    return new OperatorError(
      `the user in ${variable} lacks a permission at the Redis at ${text}: ${messageOf(cause)}`,
      {
        cause,
      },
    );
  const isSilent = cause instanceof DialTimeoutError || cause instanceof RedisUnavailableError;
  const what = isSilent ? 'it does not answer' : messageOf(cause);
  return new OperatorError(`no usable Redis at ${text} (${what}); start one there, or correct ${variable}`, { cause });
};
