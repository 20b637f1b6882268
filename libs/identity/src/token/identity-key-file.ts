import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { OperatorError, makeFolder, systemClock } from '@verbatim/platform';
import type { Clock } from '@verbatim/platform';
import type { IdentityConfig } from '../identity-config.js';
import { identityKeysOf, newIdentityKeyDocument, withNewKey } from './identity-keys.js';
import type { IdentityKeyDocument, IdentityKeys } from './identity-keys.js';

const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

export type KeyFileOptions = {
  /** Development on loopback: a missing file is made. Elsewhere a missing key stops the start. */
  readonly createMissing: boolean;
  readonly clock?: Clock;
};

/** @throws OperatorError when the file is missing, readable by others, or no key file */
export const loadIdentityKeys = async (
  file: string,
  { createMissing, clock = systemClock }: KeyFileOptions,
): Promise<IdentityKeys> => {
  if (readMode(file) === null) {
    if (!createMissing)
      throw new OperatorError(
        `there is no key file ${file}: make one with "npm run keys -- make", or set IDENTITY_KEY_FILE`,
      );
    writeNew(file, newIdentityKeyDocument(clock.nowIso()));
  }
  return keysIn(file, read(file));
};

/** The keys that configuration names: in its own text, or in a file. @throws OperatorError */
export const configuredIdentityKeys = async (
  { keyFile, keyText }: Pick<IdentityConfig, 'keyFile' | 'keyText'>,
  options: KeyFileOptions,
): Promise<IdentityKeys> => {
  if (keyText === null) return loadIdentityKeys(keyFile, options);
  try {
    const document = JSON.parse(Buffer.from(keyText, 'base64').toString('utf8')) as IdentityKeyDocument;
    return await identityKeysOf(document);
  } catch {
    throw new OperatorError(
      'IDENTITY_KEY is not what a key file holds, in Base64: make one with "npm run keys -- make"',
    );
  }
};

/** Adds a signing key to the file. Servers use it after their next start; tokens signed before stay good. */
export const rotateIdentityKey = async (file: string, clock: Clock = systemClock): Promise<void> => {
  const document = read(file);
  await keysIn(file, document);
  const temporary = `${file}.${process.pid}.new`;
  writeSynced(temporary, withNewKey(document, clock.nowIso()));
  renameSync(temporary, file);
  syncFolderOf(file);
};

const read = (file: string): IdentityKeyDocument => {
  const mode = readMode(file);
  if (mode === null) throw new OperatorError(`there is no key file ${file}: make one with "npm run keys -- make"`);
  if ((mode & OTHERS) !== 0) throw new OperatorError(`others can read the key file ${file}; run: chmod 600 ${file}`);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as IdentityKeyDocument;
  } catch {
    throw new OperatorError(`${file} is not a key file, or not readable`);
  }
};

/** The reason is left out: an error of the parser may quote the key. */
const keysIn = async (file: string, document: IdentityKeyDocument): Promise<IdentityKeys> => {
  try {
    return await identityKeysOf(document);
  } catch {
    throw new OperatorError(`${file} is not a key file`);
  }
};

const readMode = (file: string): number | null => statSync(file, { throwIfNoEntry: false })?.mode ?? null;

/** A link never replaces: of two servers that start at once the second one uses what the first one made. */
const writeNew = (file: string, document: IdentityKeyDocument): void => {
  makeFolder(dirname(file), 0o700);
  const temporary = `${file}.${process.pid}.new`;
  writeSynced(temporary, document);
  try {
    linkSync(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary);
  }
  syncFolderOf(file);
};

const writeSynced = (file: string, document: IdentityKeyDocument): void => {
  rmSync(file, { force: true }); // what a crash left behind
  const descriptor = openSync(file, 'wx', OWNER_ONLY);
  writeSync(descriptor, `${JSON.stringify(document, null, 2)}\n`);
  fsyncSync(descriptor);
  closeSync(descriptor);
};

const syncFolderOf = (file: string): void => {
  const folder = openSync(dirname(file), 'r');
  fsyncSync(folder);
  closeSync(folder);
};
