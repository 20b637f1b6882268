import { pino } from 'pino';
import { redacted } from './redaction.js';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
/** Facts about an incident: ids, counts, durations. Never what people wrote. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Structured log, one JSON record a line: `{time, level, name, …fields, message}`. The message is a fixed text; what varies goes into fields. */
export type Logger = {
  readonly debug: (message: string, fields?: LogFields) => void;
  readonly info: (message: string, fields?: LogFields) => void;
  readonly warn: (message: string, fields?: LogFields) => void;
  readonly error: (message: string, fields?: LogFields) => void;
  /** A logger that adds the fields to every record. */
  readonly child: (fields: LogFields) => Logger;
  /** Writes out what is buffered, before the process ends. */
  readonly flush: () => void;
};

/** Receives whole lines, each with its line feed. */
export type LogSink = { readonly write: (line: string) => void; readonly flushSync?: () => void };

export type LoggerOptions = {
  /** The process or module the records come from. */
  readonly name: string;
  readonly level: LogLevel;
  /** Default: standard output, written off the event loop. */
  readonly sink?: LogSink;
};

/** A reader of standard output that stalls costs records above this, never memory or the event loop. */
const LOG_BUFFER_MAX_BYTES = 1_048_576;

export const createLogger = ({ name, level, sink = standardOutput() }: LoggerOptions): Logger => {
  const lines = { write: (line: string): void => sink.write(inert(line)) };
  const options = {
    level,
    base: { name },
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return wrap(pino(options, lines), () => sink.flushSync?.());
};

const wrap = (log: pino.Logger, flush: () => void): Logger => ({
  debug: (message, fields) => {
    if (log.isLevelEnabled('debug')) log.debug(redacted(fields), message);
  },
  info: (message, fields) => log.info(redacted(fields), message),
  warn: (message, fields) => log.warn(redacted(fields), message),
  error: (message, fields) => log.error(redacted(fields), message),
  child: (fields) => wrap(log.child(redacted(fields)), flush),
  flush,
});

const standardOutput = (): LogSink => {
  const destination = pino.destination({ fd: 1, sync: false, maxLength: LOG_BUFFER_MAX_BYTES });
  return { write: (line) => void destination.write(line), flushSync: () => destination.flushSync() };
};

/**
 * JSON escapes CR, LF and ESC but lets DEL, the C1 controls (U+009B starts a terminal command like ESC [) and the Unicode line
 * separators through; here they are escaped too, so that a record stays one line and inert on a terminal.
 */
const inert = (line: string): string =>
  line.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
const UNSAFE = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
