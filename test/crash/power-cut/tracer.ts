import { spawnSync } from 'node:child_process';
import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { TRACED_CALLS } from './trace-calls.js';

/** Why the tracer cannot be used here; null when it can. A container may have it and still forbid it. */
export const tracerProblem = (): string | null => {
  const { error, status, stderr } = spawnSync('strace', ['-f', '-e', 'trace=none', '-o', '/dev/null', 'true'], {
    encoding: 'utf8',
    timeout: 10_000,
  });
  if (error !== undefined) return 'strace is not installed';
  return status === 0 ? null : `strace may not trace here (${stderr.trim().split('\n')[0] ?? status})`;
};

/** Longest text printed of one argument: more than any write of ours. */
const TEXT_MAX_BYTES = 16_777_216;

/** The command that records every call that matters of the program that follows it. */
export const recordedTo = (traceFile: string): readonly string[] => [
  'strace',
  ...['-f', '--seccomp-bpf', '-qq', '-xx', '-y', '-s', String(TEXT_MAX_BYTES)],
  ...['-e', `trace=${TRACED_CALLS.join(',')}`, '-e', 'signal=none', '-o', traceFile],
];

export type Fault = {
  /** System calls, such as `fsync,fdatasync`. */
  readonly calls: string;
  /** In the tracer's words: `error=EIO:when=20`, `delay_exit=5000`. Counted per thread. */
  readonly inject: string;
  /** Only calls on these files; all when absent. */
  readonly files?: readonly string[];
};

/** The command that makes system calls of the program that follows it fail or wait. */
export const withFault = ({ calls, inject, files = [] }: Fault): readonly string[] => [
  'strace',
  ...['-f', '-qq', '-o', '/dev/null', '-e', `trace=${calls}`, '-e', 'signal=none'],
  ...files.flatMap((file) => ['-P', file]),
  ...['-e', `inject=${calls}:${inject}`],
];

/** A data folder of its own below `parent`, by the path that the tracer prints. */
export const makeTracedFolder = (parent: string): string => {
  const folder = join(realpathSync(parent), 'data');
  mkdirSync(folder, { mode: 0o700 });
  return folder;
};
