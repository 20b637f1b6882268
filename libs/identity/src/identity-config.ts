import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { envReader } from '@verbatim/platform';
import type { Env } from '@verbatim/platform';

export type IdentityConfig = {
  readonly accessTokenTtlMs: number;
  readonly refreshTokenTtlMs: number;
  readonly refreshGraceMs: number;
  readonly issuer: string;
  readonly audience: string;
  readonly keyFile: string;
  /** What the key file holds, in Base64; null: the file is read. */
  readonly keyText: string | null;
  readonly passwordHashConcurrency: number;
  readonly passwordHashWaitingMax: number;
};

/** One thread fewer than Node's pool has: the signatures of tokens are checked in the same pool. */
const HASHES_AT_ONCE_MAX = 3;

/** Hashing may take half of the cores, so that a flood of logins leaves the rest to messages. */
const hashConcurrency = (): number => Math.min(HASHES_AT_ONCE_MAX, Math.max(1, Math.floor(availableParallelism() / 2)));

/** @param dataDir folder of the key file unless the environment names another place */
export const identityConfig = (env: Env, dataDir: string): IdentityConfig => {
  const read = envReader(env);
  const seconds = (name: string, min: number, max: number, fallback: number, doc: string): number =>
    read.int(name, { min, max, fallback, unit: 's', doc }) * 1_000;
  return read.finish({
    accessTokenTtlMs: seconds('ACCESS_TOKEN_TTL_S', 5, 86_400, 900, 'How long an access token is good for.'),
    refreshTokenTtlMs: seconds(
      'REFRESH_TOKEN_TTL_S',
      60,
      31_536_000,
      2_592_000,
      'How long a session lives after its last refresh.',
    ),
    refreshGraceMs: read.int('REFRESH_GRACE_MS', {
      min: 0,
      max: 60_000,
      fallback: 10_000,
      unit: 'ms',
      doc: 'How long the refresh token before the present one still fetches the present one again, after a lost answer.',
    }),
    issuer: read.string('TOKEN_ISSUER', { fallback: 'verbatim', doc: 'The `iss` of access tokens.' }),
    audience: read.string('TOKEN_AUDIENCE', { fallback: 'verbatim', doc: 'The `aud` of access tokens.' }),
    keyFile: read.string('IDENTITY_KEY_FILE', {
      fallback: join(dataDir, 'identity-key.json'),
      defaultText: '<DATA_DIR>/identity-key.json',
      doc: 'The signing keys, mode 0600. Made at the first start on loopback; elsewhere it has to be there.',
    }),
    keyText: read.secret('IDENTITY_KEY', {
      fallback: null,
      doc: 'What the key file holds, in Base64, where a file cannot be had. Stands for the file.',
    }),
    passwordHashConcurrency: read.int('PASSWORD_HASH_CONCURRENCY', {
      min: 1,
      max: 64,
      fallback: hashConcurrency(),
      defaultText: 'half of the cores, 1 to 3',
      unit: 'hashes',
      doc: 'Password hashes computed at once; each takes about 24 ms of a core and 19 MiB. More than 3: set UV_THREADPOOL_SIZE to one more.',
    }),
    passwordHashWaitingMax: read.int('PASSWORD_HASH_WAITING_MAX', {
      min: 1,
      max: 10_000,
      fallback: 64,
      unit: 'hashes',
      doc: 'Logins and registrations that may wait for their hash; one more is answered `overloaded`.',
    }),
  });
};
