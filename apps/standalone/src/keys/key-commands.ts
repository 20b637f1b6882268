import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { loadIdentityKeys, rotateIdentityKey, type IdentityKeys } from '@verbatim/identity';
import { OperatorError } from '@verbatim/platform';

const SECRET_BYTES = 32;
/** What gateways sign cursors with, and what they and command-apis know each other by. */
const SECRETS = ['CURSOR_SECRET', 'CHANNEL_SECRET'] as const;

export type KeyOutput = {
  /** What a program may go on with. */
  readonly print: (line: string) => void;
  /** What is for the operator's eyes. */
  readonly note: (line: string) => void;
};
export type KeyCommand = (keyFile: string, output: KeyOutput) => Promise<void>;

/** Makes the key file and prints a secret of each kind, as lines of an environment file. Overwrites nothing. */
const make: KeyCommand = async (keyFile, { print, note }) => {
  if (existsSync(keyFile))
    throw new OperatorError(`the key file ${keyFile} is there already: "npm run keys -- rotate" adds a key to it`);
  const keys = await writable(keyFile, () => loadIdentityKeys(keyFile, { createMissing: true }));
  note(`made ${keyFile} with the signing key ${keys.signing.kid}: back it up`);
  note('the lines on standard output are fresh secrets: put them into the environment of the servers');
  for (const name of SECRETS) print(`${name}=${randomBytes(SECRET_BYTES).toString('hex')}`);
};

/** Adds a key that signs from the next start of each server on. */
const rotate: KeyCommand = async (keyFile, { print, note }) => {
  await writable(keyFile, () => rotateIdentityKey(keyFile));
  note('servers sign with the new key after their next start; tokens of the keys before it stay good');
  printKeys(await loadIdentityKeys(keyFile, { createMissing: false }), print);
};

const show: KeyCommand = async (keyFile, { print }) =>
  printKeys(await loadIdentityKeys(keyFile, { createMissing: false }), print);

/** The ids that tokens name their key by, oldest first; nothing that is secret. */
const printKeys = ({ jwks, signing }: IdentityKeys, print: (line: string) => void): void => {
  for (const { kid } of jwks.keys) print(`${kid} ${kid === signing.kid ? 'signs' : 'is accepted'}`);
};

const writable = async <Value>(keyFile: string, work: () => Promise<Value>): Promise<Value> => {
  try {
    return await work();
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new OperatorError(`the key file ${keyFile} cannot be written (${code}): set DATA_DIR or IDENTITY_KEY_FILE`);
  }
};

export const keyCommands: Readonly<Record<'make' | 'rotate' | 'show', KeyCommand>> = { make, rotate, show };
