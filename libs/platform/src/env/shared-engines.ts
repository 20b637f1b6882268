import type { EnvReader } from './env-reader.js';

export type SharedEngine = {
  /** What is kept there, as the document of the variable begins. */
  readonly what: string;
  /** How its address begins, with the colon. */
  readonly protocols: readonly string[];
};

/** The engines of a service of several processes. */
export const sharedEngines = {
  eventStore: { what: 'The event log', protocols: ['esdb:', 'esdb+discover:'] },
  readModels: { what: 'The read models', protocols: ['mongodb:', 'mongodb+srv:'] },
  state: { what: 'Accounts and checkpoints', protocols: ['mongodb:', 'mongodb+srv:'] },
  presence: { what: 'Presence, rate limits and the list of gateways', protocols: ['redis:', 'rediss:'] },
} as const satisfies Record<string, SharedEngine>;

const EMBEDDED = /^(sqlite|memory):/;

/**
 * Address of an engine that several processes share. A file and a memory have one owner: they are refused, in words that
 * repeat nothing of the address, which may hold a password.
 */
export const readSharedEngine = (read: EnvReader, name: string, { what, protocols }: SharedEngine): string => {
  const forms = protocols.map((protocol) => `${protocol}//…`).join(' or ');
  const url = read.string(name, { doc: `${what}, on a server that all processes share: ${forms}.` });
  if (url === undefined) return '';
  if (EMBEDDED.test(url))
    read.problem(name, `has to name a server (${forms}): a file or a memory has one owner, here are several processes`);
  else if (!protocols.some((protocol) => url.startsWith(`${protocol}//`))) read.problem(name, `has to be ${forms}`);
  return url;
};
