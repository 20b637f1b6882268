import { type FileHandle, open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { AccountRecord, Identity, ImportOutcome } from '@verbatim/identity';
import { OperatorError } from '@verbatim/platform';
import { parseAccountLine } from './account-lines.js';

/** Accounts that are imported together. */
const BATCH_ACCOUNTS = 1_000;
const OWNER_ONLY = 0o600;

export type ImportCommand = {
  /** Lines of JSON, as `parseAccountLine` reads them. */
  readonly input: NodeJS.ReadableStream;
  /** File that gets a ready session per imported account, mode 0600; null for none. */
  readonly tokensFile: string | null;
  readonly print: (line: string) => void;
};

/** Imports accounts with ready hashes; may be repeated. @returns whether every account is there afterwards */
export const importAccounts = async (identity: Identity, command: ImportCommand): Promise<boolean> => {
  const { input, tokensFile, print } = command;
  const tokens = tokensFile === null ? null : await openForTokens(tokensFile);
  const counts = { imported: 0, exists: 0, invalid: 0 };
  const importBatch = async (batch: readonly AccountRecord[]): Promise<void> => {
    const outcomes = await identity.importAccounts(batch, { signIn: tokens !== null });
    for (const outcome of outcomes) count(outcome, counts, print);
    await tokens?.write(outcomes.map(tokensLine).join(''));
    print(`accounts: ${counts.imported} imported, ${counts.exists} existed`);
  };
  try {
    await inBatches(input, importBatch);
  } finally {
    await tokens?.close();
  }
  return counts.invalid === 0;
};

const openForTokens = async (file: string): Promise<FileHandle> => {
  try {
    const handle = await open(file, 'w', OWNER_ONLY);
    // A file that was there before keeps its mode.
    await handle.chmod(OWNER_ONLY);
    return handle;
  } catch (error) {
    throw new OperatorError(`the tokens cannot be written to ${file} (${(error as NodeJS.ErrnoException).code})`);
  }
};

const inBatches = async (
  input: NodeJS.ReadableStream,
  work: (batch: readonly AccountRecord[]) => Promise<void>,
): Promise<void> => {
  let batch: AccountRecord[] = [];
  let lineNumber = 0;
  for await (const line of createInterface({ input })) {
    lineNumber += 1;
    if (line.trim() === '') continue;
    batch.push(parseAccountLine(line, lineNumber));
    if (batch.length < BATCH_ACCOUNTS) continue;
    await work(batch);
    batch = [];
  }
  if (batch.length > 0) await work(batch);
};

const count = (
  outcome: ImportOutcome,
  counts: Record<ImportOutcome['outcome'], number>,
  print: (line: string) => void,
): void => {
  counts[outcome.outcome] += 1;
  if (outcome.outcome === 'invalid') print(`accounts: ${JSON.stringify(outcome.userName)} is refused: ${outcome.code}`);
};

const tokensLine = (outcome: ImportOutcome): string => {
  if (outcome.outcome !== 'imported' || outcome.tokens === undefined) return '';
  return `${JSON.stringify({ userName: outcome.userName, ...outcome.tokens })}\n`;
};
