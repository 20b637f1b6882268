import { writeSync } from 'node:fs';
import type { Logger } from '../log/logger.js';
import { OperatorError } from './operator-error.js';

/** A terminal's Ctrl-C reaches the process twice, from the terminal and from npm. */
const SIGNAL_REPEAT_WINDOW_MS = 2_000;
const DEFAULT_STOP_DEADLINE_MS = 10_000;
const STANDARD_ERROR = 2;

/** What the lifecycle needs of the process; `process` itself outside specs. */
export type ProcessPort = {
  readonly onSignal: (signal: 'SIGINT' | 'SIGTERM', handle: () => void) => void;
  readonly writeError: (line: string) => void;
  readonly exit: (code: number) => void;
};

export type LifecycleOptions = {
  readonly logger: Logger;
  readonly process?: ProcessPort;
  /** The process ends after this long even when a step hangs, with exit code 1. */
  readonly stopDeadlineMs?: number;
  readonly nowMs?: () => number;
};

/** Ordered end of a process. */
export type Lifecycle = {
  /** Registers a step of the shutdown. Steps run one after the other, last registered first: what was started last stops first. */
  readonly onStop: (name: string, step: () => Promise<void> | void) => void;
  /** Stops on SIGINT and SIGTERM; a repeat within 2 s is the same wish, a later one ends the process at once. */
  readonly listen: () => void;
  /** Runs the steps once, whoever asks, then ends the process: code 0, or 1 when a step failed or the deadline passed. */
  readonly stop: (reason: string) => Promise<void>;
  /**
   * One line on standard error, then the end of the process with code 1. Runs no steps: the state is not to be trusted. What nobody
   * foresaw (no `OperatorError`) is logged with its stack too.
   */
  readonly fatal: (error: unknown) => void;
  readonly stopping: () => boolean;
};

export const createLifecycle = (options: LifecycleOptions): Lifecycle => {
  const { logger, process: host = nodeProcess, stopDeadlineMs = DEFAULT_STOP_DEADLINE_MS, nowMs = Date.now } = options;
  const steps: Step[] = [];
  let stopped: Promise<void> | undefined;
  let firstSignalAtMs = 0;
  const end = (code: number): void => {
    logger.flush();
    host.exit(code);
  };
  const stop = (reason: string): Promise<void> => {
    stopped ??= runSteps(steps, logger, reason, stopDeadlineMs).then((failed) => end(failed ? 1 : 0));
    return stopped;
  };
  const handle = (signal: string) => (): void => {
    if (stopped === undefined) firstSignalAtMs = nowMs();
    else if (nowMs() - firstSignalAtMs > SIGNAL_REPEAT_WINDOW_MS) return end(1);
    void stop(signal);
  };
  return {
    onStop: (name, step) => void steps.push({ name, step }),
    listen: () => {
      host.onSignal('SIGINT', handle('SIGINT'));
      host.onSignal('SIGTERM', handle('SIGTERM'));
    },
    stop,
    fatal: (error) => {
      if (!(error instanceof OperatorError)) logger.error('fatal', { error });
      host.writeError(`verbatim: ${describeFatal(error)}\n`);
      end(1);
    },
    stopping: () => stopped !== undefined,
  };
};

type Step = { readonly name: string; readonly step: () => Promise<void> | void };

/** @returns whether a step failed or the deadline passed */
const runSteps = async (
  steps: readonly Step[],
  logger: Logger,
  reason: string,
  deadlineMs: number,
): Promise<boolean> => {
  logger.info('stopping', { reason });
  let current = '';
  const all = async (): Promise<boolean> => {
    let failed = false;
    for (const { name, step } of [...steps].reverse()) {
      current = name;
      failed =
        !(await succeeds(step, (error) => logger.error('a step of the shutdown failed', { step: name, error }))) ||
        failed;
    }
    return failed;
  };
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => {
      logger.error('the shutdown took too long', { step: current, deadlineMs });
      resolve(true);
    }, deadlineMs);
  });
  const failed = await Promise.race([all(), deadline]);
  clearTimeout(timer);
  return failed;
};

const succeeds = async (step: Step['step'], onError: (error: unknown) => void): Promise<boolean> => {
  try {
    await step();
    return true;
  } catch (error) {
    onError(error);
    return false;
  }
};

/** One line of text, whatever the error holds. */
export const describeFatal = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
};

const nodeProcess: ProcessPort = {
  onSignal: (signal, handle) => void process.on(signal, handle),
  writeError: (line) => void writeSync(STANDARD_ERROR, line),
  exit: (code) => process.exit(code),
};
