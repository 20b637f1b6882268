import './node-version.js';
import { open } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { identityConfig } from '@verbatim/identity';
import { OperatorError, createLifecycle, createLogger } from '@verbatim/platform';
import { rateLimitConfig } from '@verbatim/rate-limit';
import { importAccounts } from './accounts/import-command.js';
import { prepareDataDirectory } from './data-directory.js';
import { openEngines } from './engines.js';
import { standaloneConfig } from './standalone.config.js';

const USAGE = 'usage: npm run accounts -- import [--file accounts.jsonl] [--tokens sessions.jsonl]';

const logger = createLogger({ name: 'verbatim-accounts', level: 'error' });
const lifecycle = createLifecycle({ logger });
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const argumentsOf = () => {
  try {
    const options = { file: { type: 'string' }, tokens: { type: 'string' } } as const;
    const { positionals, values } = parseArgs({ options, allowPositionals: true });
    if (positionals.join(' ') === 'import') return values;
  } catch {
    // Told below: an option that is not there, or that lacks its value.
  }
  throw new OperatorError(USAGE);
};

/** A file that cannot be read is told before anything is opened. */
const readable = async (file: string): Promise<NodeJS.ReadableStream> => {
  try {
    const handle = await open(file);
    if ((await handle.stat()).isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    return handle.createReadStream({ encoding: 'utf8' });
  } catch (error) {
    throw new OperatorError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
};

const main = async (): Promise<void> => {
  process.umask(0o077);
  const { file, tokens } = argumentsOf();
  const input = file === undefined ? process.stdin : await readable(file);
  const config = standaloneConfig(process.env);
  await prepareDataDirectory(config.dataDirectory);
  const { limits } = rateLimitConfig(process.env);
  const engines = await openEngines({
    kafka: null, // what is imported is relayed when the server runs
    config,
    identityConfig: identityConfig(process.env, config.dataDirectory),
    limits,
    logger,
    onFatal: (error) => lifecycle.fatal(error),
  });
  lifecycle.onStop('engines', () => engines.close());
  const isComplete = await importAccounts(engines.identity, { input, tokensFile: tokens ?? null, print });
  if (!isComplete) throw new OperatorError('some accounts were refused');
  await lifecycle.stop('done');
};

main().catch((error: unknown) => lifecycle.fatal(error));
