import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** System calls that can change a file or show something to a peer; the tracer records these only. */
export const TRACED_CALLS = [
  ...['open', 'openat', 'openat2', 'creat', 'close', 'lseek', 'dup', 'dup2', 'dup3', 'fcntl'],
  ...[
    'write',
    'writev',
    'pwrite64',
    'pwritev',
    'pwritev2',
    'sendto',
    'sendmsg',
    'sendfile',
    'copy_file_range',
    'splice',
  ],
  ...['ftruncate', 'truncate', 'fallocate', 'fsync', 'fdatasync', 'sync_file_range', 'msync', 'sync', 'syncfs'],
  ...['unlink', 'unlinkat', 'rename', 'renameat', 'renameat2', 'link', 'linkat', 'mkdir', 'mkdirat', 'io_uring_enter'],
];

/** One system call as the tracer printed it; texts are still in hexadecimal escapes. */
export type TracedCall = {
  readonly name: string;
  readonly input: string;
  /** Unknown for a call that had not returned when the trace ended. */
  readonly result: string | null;
};
/** A call begins to act at its start and has surely acted at its end. */
export type CallListener = {
  readonly onStart: (call: TracedCall) => void;
  readonly onEnd: (call: TracedCall) => void;
};

const LINE = /^(\d+)\s+(.*)$/;
const UNFINISHED = / <unfinished \.\.\.>$/;
const RESUMED = /^<\.\.\. \w+ resumed>(.*)$/;
const CALL = /^(\w+)\((.*)\)\s+= (.*)$/;
const OPEN_CALL = /^(\w+)\((.*)$/;

class PendingCall implements TracedCall {
  result: string | null = null;
  constructor(
    readonly name: string,
    public input: string,
  ) {}
}

const wholeCall = (text: string): TracedCall | null => {
  const [, name, args, result] = CALL.exec(text) ?? [];
  if (name === undefined || args === undefined || result === undefined) return null;
  return { name, input: args, result };
};

/** Reads a trace of `strace -f -xx -y`, in the order in which the calls started and ended. */
export const readTrace = async (file: string, listener: CallListener): Promise<void> => {
  const pending = new Map<string, PendingCall>();
  const start = (thread: string, text: string): void => {
    const [, name = '', args = ''] = OPEN_CALL.exec(text.replace(UNFINISHED, '')) ?? [];
    const call = new PendingCall(name, args);
    pending.set(thread, call);
    listener.onStart(call);
  };
  const resume = (thread: string, rest: string): void => {
    const call = pending.get(thread);
    if (call === undefined) return;
    pending.delete(thread);
    const whole = wholeCall(`${call.name}(${call.input}${rest}`);
    if (whole === null) return;
    call.input = whole.input;
    call.result = whole.result;
    listener.onEnd(call);
  };
  const lines = createInterface({ input: createReadStream(file, 'latin1'), crlfDelay: Infinity });
  for await (const line of lines) {
    const [, thread = '', text = ''] = LINE.exec(line) ?? [];
    const [, rest] = RESUMED.exec(text) ?? [];
    if (rest !== undefined) resume(thread, rest);
    else if (UNFINISHED.test(text)) start(thread, text);
    else {
      const call = wholeCall(text);
      if (call === null) continue; // a signal, or the end of a thread
      listener.onStart(call);
      listener.onEnd(call);
    }
  }
};

const ESCAPES = /\\x/g;
/** The bytes of a text that the tracer wrote as `\x66\x6f`. */
export const bytesOf = (escaped: string): Buffer => Buffer.from(escaped.replace(ESCAPES, ''), 'hex');
export const textOf = (escaped: string): string => bytesOf(escaped).toString('utf8');

const QUOTED = /"((?:\\x[0-9a-f]{2})*)"/g;
/** Every quoted text among the arguments of a call. */
export const quotedIn = (args: string): readonly Buffer[] =>
  [...args.matchAll(QUOTED)].map(([, escaped = '']) => bytesOf(escaped));

const DESCRIPTOR = /^(\d+)<((?:\\x[0-9a-f]{2})*)>/;
/** The file behind the descriptor that a call's arguments, or its result, start with. */
export const descriptorIn = (text: string): { readonly number: number; readonly path: string } | null => {
  const [, number, path] = DESCRIPTOR.exec(text) ?? [];
  return number === undefined || path === undefined ? null : { number: Number(number), path: textOf(path) };
};
