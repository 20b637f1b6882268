import { MongoError, MongoParseError, MongoServerError } from 'mongodb';
import { MONGO_START_MAX_MS } from './mongo-limits.js';
import { mongoFailureOf } from './mongo-failure.js';

type StartPlace = { readonly url: string; readonly variable: string; readonly hosts: string };

const AUTHENTICATION_FAILED = 18;
const ATLAS_ERROR = 8_000;
const UNAUTHORIZED = 13;

/** One line without the password for whatever goes wrong while the server is reached for. */
export const describeStartProblem = (error: unknown, { url, variable, hosts }: StartPlace): string => {
  const text = withoutPassword(error instanceof Error ? error.message : String(error), url).replaceAll(/\s+/g, ' ');
  if (isTooOldForDriver(error)) {
    return `${variable}: the MongoDB server at ${hosts} is too old: ${text}; MongoDB 5.0 or later is needed`;
  }
  if (isRefusedLogin(error)) {
    return `${variable}: the MongoDB server at ${hosts} refuses the user or password in the URL (${text}); check both, and authSource`;
  }
  if (error instanceof MongoServerError && error.code === UNAUTHORIZED) {
    return `${variable}: the user in the URL may not use the database at ${hosts} (${text}); grant readWrite on it`;
  }
  if (mongoFailureOf(error) === 'transient') {
    return `${variable}: no MongoDB server that takes writes answers at ${hosts} within ${MONGO_START_MAX_MS} ms (${text}); start it or correct the URL`;
  }
  // The text of a URL that cannot be parsed would repeat it.
  if (error instanceof MongoParseError && !/^options? /.test(text)) return `${variable} is not a URL of MongoDB`;
  return `${variable}: cannot use the MongoDB server at ${hosts}: ${text}`;
};

/** The driver says so while it looks for a server, in the words of a server that is not there. */
export const isTooOldForDriver = (error: unknown): boolean =>
  error instanceof MongoError && /reports maximum wire version/.test(error.message);

const isRefusedLogin = (error: unknown): boolean =>
  error instanceof MongoError &&
  (error.code === AUTHENTICATION_FAILED || error.code === ATLAS_ERROR || /authentication failed/i.test(error.message));

/** Whatever stands between `//` and `@`, in the URL's writing and decoded. */
const withoutPassword = (text: string, url: string): string => {
  const [, password = ''] = /^[^:]+:\/\/[^:@/]*:([^@/]*)@/.exec(url) ?? [];
  if (password === '') return text;
  let decoded = password;
  try {
    decoded = decodeURIComponent(password);
  } catch {
    // Not percent-encoded: there is one writing of it only.
  }
  return text.replaceAll(password, '***').replaceAll(decoded, '***');
};
