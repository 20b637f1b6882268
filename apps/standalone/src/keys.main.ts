import './node-version.js';
import { identityConfig } from '@verbatim/identity';
import { OperatorError, createLifecycle, createLogger } from '@verbatim/platform';
import { keyCommands, type KeyCommand } from './keys/key-commands.js';
import { dataDirectoryOf } from './standalone.config.js';

const USAGE = 'usage: npm run keys -- make | rotate | show';

const lifecycle = createLifecycle({ logger: createLogger({ name: 'verbatim-keys', level: 'error' }) });

const commandNamed = (words: readonly string[]): KeyCommand => {
  const command = Object.entries(keyCommands).find(([name]) => name === words.join(' '))?.[1];
  if (command === undefined) throw new OperatorError(USAGE);
  return command;
};

const main = async (): Promise<void> => {
  process.umask(0o077);
  const command = commandNamed(process.argv.slice(2));
  // Not the settings of the server: in public they are incomplete until there are keys.
  const { keyFile } = identityConfig(process.env, dataDirectoryOf(process.env));
  await command(keyFile, {
    print: (line) => void process.stdout.write(`${line}\n`),
    note: (line) => void process.stderr.write(`verbatim: ${line}\n`),
  });
  await lifecycle.stop('done');
};

main().catch((error: unknown) => lifecycle.fatal(error));
