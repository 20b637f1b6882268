import { createLogger, type LogLevel, type Logger } from '../log/logger.js';
import { createLifecycle, type Lifecycle } from './lifecycle.js';

export type ProcessStart = {
  readonly lifecycle: Lifecycle;
  /** The logger of the process, once the configuration has said at which level. */
  readonly loggerAt: (level: LogLevel) => Logger;
};

/**
 * Runs one server as a process of its own: one line on standard output when it serves (`verbatim gateway ready <url> pid
 * <n>`), one on standard error and exit code 1 when it cannot, an ordered end on SIGTERM.
 * @param start resolves with the address that is served
 */
export const runProcess = (name: string, start: (parts: ProcessStart) => Promise<string>): void => {
  const lifecycle = createLifecycle({ logger: createLogger({ name: `verbatim-${name}`, level: 'warn' }) });
  process.on('unhandledRejection', (error) => lifecycle.fatal(error));
  process.on('uncaughtException', (error) => lifecycle.fatal(error));
  process.umask(0o077);
  lifecycle.listen();
  const loggerAt = (level: LogLevel): Logger => createLogger({ name: `verbatim-${name}`, level });
  start({ lifecycle, loggerAt }).then(
    (url) => process.stdout.write(`verbatim ${name} ready ${url} pid ${process.pid}\n`),
    (error: unknown) => lifecycle.fatal(error),
  );
};
