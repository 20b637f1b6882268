import { hash } from '@node-rs/argon2';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../apps/standalone/dist/accounts.main.js', import.meta.url));
const OWNER_ONLY = 0o600;
type Settings = Readonly<Record<string, string>>;
export type Account = { readonly userId: string; readonly accessToken: string };

/** One hash for all: nobody logs in with it, as 10,000 verifications would take minutes. */
const recordsText = async (count: number): Promise<string> => {
  const passwordHash = await hash(randomUUID());
  const lines = Array.from({ length: count }, (_, index) =>
    JSON.stringify({ userName: `bench-${index}`, passwordHash, displayName: `Bench ${index}` }),
  );
  return `${lines.join('\n')}\n`;
};

const runImport = async (env: Settings, recordsFile: string, tokensFile: string): Promise<void> => {
  const child = spawn(process.execPath, [MAIN, 'import', '--file', recordsFile, '--tokens', tokensFile], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`the import of accounts failed with ${code}: ${complaint.trim()}`);
};

/**
 * Makes accounts in a data directory whose server does not run, each with a session that is logged in.
 * @param engines settings of the engines where they are not in that directory
 */
export const importAccounts = async (
  dataDirectory: string,
  count: number,
  engines: Settings = {},
): Promise<readonly Account[]> => {
  const directory = await mkdtemp(join(tmpdir(), 'verbatim-bench-accounts-'));
  try {
    const recordsFile = join(directory, 'accounts.jsonl');
    const tokensFile = join(directory, 'tokens.jsonl');
    await writeFile(recordsFile, await recordsText(count), { mode: OWNER_ONLY });
    await runImport({ DATA_DIR: dataDirectory, ...engines }, recordsFile, tokensFile);
    const lines = (await readFile(tokensFile, 'utf8')).trim().split('\n');
    return lines.map((line) => JSON.parse(line) as Account);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};
