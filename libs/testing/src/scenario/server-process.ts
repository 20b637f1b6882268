import { fileURLToPath } from 'node:url';
import { type LaunchedServer, type ServerProcess, launchProgram } from './program-process.js';

const READY = /^verbatim ready (http:\/\/\S+) pid (\d+)$/;
const MAIN = fileURLToPath(new URL('../../../../apps/standalone/dist/main.js', import.meta.url));

export type ServerOptions = {
  readonly dataDirectory: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A program and its arguments to run the server under, such as a tracer. */
  readonly under?: readonly string[];
};

const environment = ({ dataDirectory, env }: ServerOptions): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  DATA_DIR: dataDirectory,
  GATEWAY_PORT: '0',
  RATE_LIMIT_SCALE: '100000',
  ...env,
});

/** The standalone server. `ready` rejects with `ServerNotReadyError`. */
export const launchServer = (options: ServerOptions): LaunchedServer =>
  launchProgram({ file: MAIN, env: environment(options), ready: READY, under: options.under ?? [] });

/** @throws ServerNotReadyError */
export const startServer = (options: ServerOptions): Promise<ServerProcess> => launchServer(options).ready;
