import type { EnvReader } from '@verbatim/platform';
import { type InstanceSource, listedInstances, namedInstances } from './instances/instance-source.js';

export const CHANNEL_SECRET_MIN_CHARACTERS = 32;

/** The secret that gateways and command-apis share. Required, for a gateway that knows it may speak for anybody. */
export const readChannelSecret = (read: EnvReader): string =>
  read.secret('CHANNEL_SECRET', {
    minLength: CHANNEL_SECRET_MIN_CHARACTERS,
    doc: 'Shared by gateways and command-apis: who knows it may call in the name of anybody.',
  });

export type ChannelInstances =
  | { readonly kind: 'listed'; readonly urls: readonly string[] }
  | { readonly kind: 'named'; readonly url: string; readonly intervalMs: number };

const DEFAULT_URL = 'http://127.0.0.1:8081';

/** Where the command-apis are: a list, or one name whose addresses are looked up. */
export const readChannelInstances = (read: EnvReader): ChannelInstances => {
  const urls = read.list('COMMAND_API_URLS', {
    fallback: [],
    defaultText: DEFAULT_URL,
    doc: 'The command-apis, comma-separated; the same list on every gateway.',
  });
  const url = read.url('COMMAND_API_DNS', {
    protocols: ['http:', 'https:'],
    fallback: null,
    doc: 'Instead of the list: a URL whose host name has the addresses of all command-apis.',
  });
  const intervalMs = read.int('COMMAND_API_DNS_INTERVAL_MS', {
    ...{ min: 100, max: 3_600_000, fallback: 5_000, unit: 'ms' },
    doc: 'How often that name is looked up.',
  });
  if (url !== null && urls.length > 0) read.problem('COMMAND_API_DNS', 'cannot be set beside COMMAND_API_URLS');
  const bad = urls.find((one) => !isOrigin(one));
  // The text is not repeated: it may hold a password.
  if (bad !== undefined) read.problem('COMMAND_API_URLS', 'has to list addresses as http://10.0.0.7:8081');
  if (url !== null && !isOrigin(url))
    read.problem('COMMAND_API_DNS', 'has to be an address as http://command-api:8081');
  if (url !== null) return { kind: 'named', url, intervalMs };
  return { kind: 'listed', urls: urls.length === 0 ? [DEFAULT_URL] : urls };
};

const isOrigin = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname, search, hash, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && pathname === '/' && `${search}${hash}${username}${password}` === '';
};

export const instanceSourceOf = (instances: ChannelInstances, onError: (error: unknown) => void): InstanceSource =>
  instances.kind === 'listed' ? listedInstances(instances.urls) : namedInstances({ ...instances, onError });
