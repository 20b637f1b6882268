import { OperatorError } from '@verbatim/platform';
import { KEEP_ALIVE_INTERVAL_MS, KEEP_ALIVE_TIMEOUT_MS } from './limits.js';

const SCHEME = /^esdb(\+discover)?:\/\//;
/** A prefix ends with a character that no category has, so that no two logs mix. */
const PREFIX = /^[a-z0-9][a-z0-9.]{0,62}\.$/;
const PREFIX_OPTION = 'streamprefix';
const FORBIDDEN_OPTIONS: readonly string[] = ['throwonappendfailure'];

export type ConnectionUrl = {
  /** For the client; may hold a password, so it is never printed. */
  readonly connectionString: string;
  readonly streamPrefix: string;
  /** Without credentials and options. */
  readonly printable: string;
};

export const isEventStoreDbUrl = (url: string): boolean => SCHEME.test(url);

const problem = (text: string): OperatorError => new OperatorError(`EVENT_STORE_URL ${text}`);

/**
 * Takes `esdb://…` apart. `streamPrefix` is an option of ours: it puts a log beside others on one server.
 * @throws OperatorError
 */
export const connectionUrl = (url: string): ConnectionUrl => {
  const [address = '', query = ''] = url.split('?', 2);
  const hosts = address.replace(SCHEME, '').replace(/^.*@/, '').replace(/\/$/, '');
  if (hosts === '') throw problem('has no host: it has to be esdb://<host>:2113 or esdb+discover://<host>:2113');
  const options = query.split('&').filter((option) => option !== '');
  const nameOf = (option: string): string => (option.split('=')[0] ?? '').toLowerCase();
  const forbidden = options.find((option) => FORBIDDEN_OPTIONS.includes(nameOf(option)));
  if (forbidden !== undefined) throw problem(`may not have the option ${forbidden.split('=')[0]}: remove it`);
  const streamPrefix = options.find((option) => nameOf(option) === PREFIX_OPTION)?.split('=')[1] ?? '';
  if (streamPrefix !== '' && !PREFIX.test(streamPrefix))
    throw problem('has a streamPrefix that is not lower-case letters, digits and dots with a dot at the end');
  const own = options.filter((option) => nameOf(option) !== PREFIX_OPTION);
  const has = (name: string): boolean => own.some((option) => nameOf(option) === name.toLowerCase());
  if (!has('keepAliveInterval')) own.push(`keepAliveInterval=${KEEP_ALIVE_INTERVAL_MS}`);
  if (!has('keepAliveTimeout')) own.push(`keepAliveTimeout=${KEEP_ALIVE_TIMEOUT_MS}`);
  const scheme = (SCHEME.exec(address) as RegExpExecArray)[0];
  return { connectionString: `${address}?${own.join('&')}`, streamPrefix, printable: `${scheme}${hosts}` };
};
