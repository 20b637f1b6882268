import './node-version.js';
import { createLifecycle, createLogger } from '@verbatim/platform';
import { projectorConfig } from '@verbatim/projector/config';
import { acceptRestored } from './restored/accept-restored.js';

const lifecycle = createLifecycle({ logger: createLogger({ name: 'verbatim-restored', level: 'error' }) });

const main = async (): Promise<void> => {
  process.umask(0o077);
  lifecycle.listen();
  await acceptRestored({
    config: projectorConfig(process.env),
    lifecycle,
    print: (line) => void process.stdout.write(`${line}\n`),
  });
  await lifecycle.stop('done');
};

main().catch((error: unknown) => lifecycle.fatal(error));
