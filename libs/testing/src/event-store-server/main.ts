import { parseArgs } from 'node:util';
import { startEventStoreServer, type EventStoreServerOptions } from './event-store-server.js';

const DEFAULT_VERSION = '23.10.1';

/**
 * `--port N --directory D [--server-version V] [--user name:password] [--tls-certificate FILE --tls-key FILE]`. Says that it is
 * ready and where its faults are; ends on SIGTERM, and with whoever started it (standard input closes).
 */
const optionsOf = (args: readonly string[]): EventStoreServerOptions => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '0' },
      directory: { type: 'string' },
      'server-version': { type: 'string', default: DEFAULT_VERSION },
      user: { type: 'string' },
      'tls-certificate': { type: 'string' },
      'tls-key': { type: 'string' },
    },
  });
  const { directory, user, 'tls-certificate': certificateFile, 'tls-key': keyFile } = values;
  if (directory === undefined) throw new TypeError('--directory is required');
  const [name, password] = user?.split(':') ?? [];
  return {
    port: Number(values.port),
    directory,
    version: values['server-version'],
    user: name === undefined || password === undefined ? null : { name, password },
    tls: certificateFile === undefined || keyFile === undefined ? null : { certificateFile, keyFile },
  };
};

const server = await startEventStoreServer(optionsOf(process.argv.slice(2)));
const stop = (): void => void server.stop().then(() => process.exit(0));
process.once('SIGTERM', stop);
process.stdin.once('end', stop).once('error', stop).resume();
process.stdout.write(`ready ${server.url}\nfaults ${server.faultsUrl}\n`);
