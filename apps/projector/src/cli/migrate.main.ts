import { parseArgs } from 'node:util';
import { createLifecycle, createLogger, OperatorError } from '@verbatim/platform';
import { migrate } from '../migrate/migrate.js';
import { projectorConfig } from '../projector.config.js';

const USAGE =
  'usage: npm run migrate -- --to esdb://<host>:<port> --state mongodb://<host>/<database> [--from sqlite:<file>] [--state-from sqlite:<file>]';
const text = { type: 'string' } as const;

const lifecycle = createLifecycle({ logger: createLogger({ name: 'verbatim-migrate', level: 'error' }) });

const argumentsOf = (args: readonly string[]) => {
  try {
    const options = { from: text, to: text, state: text, 'state-from': text };
    return parseArgs({ args: [...args], options }).values;
  } catch {
    throw new OperatorError(USAGE);
  }
};

const main = async (): Promise<void> => {
  process.umask(0o077);
  lifecycle.listen();
  const { eventStoreUrl, stateUrl } = projectorConfig(process.env);
  const {
    from = eventStoreUrl,
    to,
    state = null,
    'state-from': stateFrom = stateUrl,
  } = argumentsOf(process.argv.slice(2));
  if (to === undefined) throw new OperatorError(USAGE);
  await migrate({ from, to, stateFrom, state, print: (line) => void process.stdout.write(`${line}\n`) });
  await lifecycle.stop('done');
};

main().catch((error: unknown) => lifecycle.fatal(error));
