import './node-version.js';
import { createReadStream } from 'node:fs';
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

const main = async (): Promise<void> => {
  process.umask(0o077);
  const options = { file: { type: 'string' }, tokens: { type: 'string' } } as const;
  const { positionals, values } = parseArgs({ options, allowPositionals: true });
  if (positionals.join(' ') !== 'import') throw new OperatorError(USAGE);
  const config = standaloneConfig(process.env);
  await prepareDataDirectory(config.dataDirectory);
  const { limits } = rateLimitConfig(process.env);
  const engines = await openEngines({
    config,
    identityConfig: identityConfig(process.env, config.dataDirectory),
    limits,
    logger,
    onFatal: (error) => lifecycle.fatal(error),
  });
  lifecycle.onStop('engines', () => engines.close());
  const input = values.file === undefined ? process.stdin : createReadStream(values.file, 'utf8');
  const isComplete = await importAccounts(engines.identity, { input, tokensFile: values.tokens ?? null, print });
  if (!isComplete) throw new OperatorError('some accounts were refused');
  await lifecycle.stop('done');
};

main().catch((error: unknown) => lifecycle.fatal(error instanceof TypeError ? new OperatorError(USAGE) : error));
