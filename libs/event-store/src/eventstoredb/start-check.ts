import { OperatorError } from '@verbatim/platform';
import { asError, isUnauthorised, TimedOutError, withinTime } from './client-errors.js';
import { START_TIMEOUT_MS } from './limits.js';
import type { SharedClient } from './shared-client.js';

type Version = { readonly major: number; readonly minor: number };

/** The first release that tells positions in reads of streams and takes what this adapter sends. */
const VERSION_MIN: Version = { major: 22, minor: 10 };

/** What the client has asked the server for; among its members, but not among its types. */
type KnowsItsServer = { readonly capabilities: Promise<{ readonly serverVersion: string }> };

const versionOf = (text: string): Version | null => {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(text) ?? [];
  return major === undefined || minor === undefined ? null : { major: Number(major), minor: Number(minor) };
};

const isAtLeast = (version: Version, least: Version): boolean =>
  version.major > least.major || (version.major === least.major && version.minor >= least.minor);

const wordsFor = (error: unknown): string => {
  const text = asError(error).message;
  if (isUnauthorised(error)) return 'refuses the credentials: correct user and password in the URL';
  if (/certificate|self[- ]signed|ssl|tls|wrong version number|EPROTO/i.test(text))
    return 'cannot be spoken to over TLS: give the file of its certificate authority as tlsCAFile, or tls=false if it has no TLS';
  if (error instanceof TimedOutError || /unavailable|econnrefused|connection|dropped|discover|ENOTFOUND/i.test(text))
    return 'cannot be reached: start it, or correct host, port and tls in the URL';
  // What is quoted may be a part of the URL, and that a password.
  return `cannot be used: ${text.split('\n')[0]?.replaceAll(/"[^"]*"/g, '"…"')}`;
};

/** One line that names the variable, the server without its password, and what to do. */
export const startProblem = (printable: string, error: unknown): OperatorError =>
  error instanceof OperatorError
    ? error
    : new OperatorError(`EVENT_STORE_URL: the event store at ${printable} ${wordsFor(error)}`);

/** The first release that sends checkpoints in their place among the events, and says when all is delivered. */
const ORDERED_CHECKPOINTS_MIN: Version = { major: 23, minor: 10 };

/** What this server does that others do not. */
export type ServerTraits = { readonly ordersCheckpoints: boolean };

/** Learns the server's version within a time. @throws OperatorError */
export const checkServer = async (shared: SharedClient, printable: string): Promise<ServerTraits> => {
  try {
    const { capabilities } = shared.client as unknown as KnowsItsServer;
    const { serverVersion } = await withinTime(capabilities, 'the first call', START_TIMEOUT_MS);
    const version = versionOf(serverVersion);
    if (version === null || !isAtLeast(version, VERSION_MIN))
      throw new OperatorError(
        `EVENT_STORE_URL: the event store at ${printable} ${version === null ? 'does not say its version' : `has version ${serverVersion}`}; ` +
          `${VERSION_MIN.major}.${VERSION_MIN.minor} or later is required`,
      );
    return { ordersCheckpoints: isAtLeast(version, ORDERED_CHECKPOINTS_MIN) };
  } catch (error) {
    throw startProblem(printable, error);
  }
};
