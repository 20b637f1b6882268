import { resolve } from 'node:path';
import type { DiskStep, SyncStep, WriteStep } from './disk-steps.js';
import { descriptorIn, quotedIn, readTrace, type TracedCall } from './trace-calls.js';

const SYNCS = new Set(['fsync', 'fdatasync']);
const OPENS = new Set(['open', 'openat', 'creat']);
const SENDS = new Set(['write', 'writev', 'sendto', 'sendmsg']);
/** Calls whose effect on a file of the data folder the replay does not know: better no result than a wrong one. */
const UNKNOWN = new Set(
  'pwritev pwritev2 sendfile copy_file_range splice truncate fallocate sync_file_range lseek'.split(' '),
);
const lastNumber = (args: string): number => Number(/(\d+)$/.exec(args)?.[1]);
const isSocket = (path: string): boolean => path.startsWith('socket:') || path.startsWith('TCP');
const failed = ({ result }: TracedCall): boolean => result !== null && result.startsWith('-1 ');

/** Collects the steps of one folder's files, and everything that went into sockets. */
class StepCollector {
  readonly steps: DiskStep[] = [];
  readonly #underWay = new Map<TracedCall, WriteStep | SyncStep>();
  /** Next plain `write` of an open file, bytes. */
  readonly #places = new Map<number, number>();

  constructor(private readonly folder: string) {}

  onStart(call: TracedCall): void {
    const { name } = call;
    const descriptor = descriptorIn(call.input);
    if (descriptor === null) return;
    if (SENDS.has(name) && isSocket(descriptor.path)) return this.#say(call);
    if (!this.#isMine(descriptor.path)) return;
    if (UNKNOWN.has(name) || name === 'writev') throw new Error(`cannot replay ${name} of ${descriptor.path}`);
    if (name === 'pwrite64') this.#write(call, descriptor.path, lastNumber(call.input));
    else if (name === 'write') this.#write(call, descriptor.path, this.#places.get(descriptor.number) ?? 0);
    else if (SYNCS.has(name)) this.#begin(call, { kind: 'sync', path: descriptor.path });
  }

  onEnd(call: TracedCall): void {
    const begun = this.#underWay.get(call);
    this.#underWay.delete(call);
    if (begun?.kind === 'write') this.#endWrite(call, begun);
    else if (failed(call)) return;
    else if (begun?.kind === 'sync') this.steps.push({ kind: 'sync-done', sync: begun });
    else if (OPENS.has(call.name)) this.#open(call);
    else if (call.name === 'ftruncate') this.#resize(call);
    else this.#changeNames(call);
  }

  #isMine(path: string): boolean {
    const isInside = path === this.folder || path.startsWith(`${this.folder}/`);
    return isInside && !path.endsWith('-shm') && !path.endsWith(' (deleted)');
  }

  #say({ input: args }: TracedCall): void {
    this.steps.push({ kind: 'said', text: Buffer.concat(quotedIn(args)).toString('utf8') });
  }

  #begin(call: TracedCall, step: WriteStep | SyncStep): void {
    this.#underWay.set(call, step);
    this.steps.push(step);
  }

  #write(call: TracedCall, path: string, at: number): void {
    const [data = Buffer.alloc(0)] = quotedIn(call.input.replace(/^[^"]*/, ''));
    this.#begin(call, { kind: 'write', path, at, data });
  }

  #endWrite(call: TracedCall, write: WriteStep): void {
    const bytes = failed(call) ? 0 : Number.parseInt(call.result ?? '0', 10);
    write.data = write.data.subarray(0, bytes);
    const descriptor = descriptorIn(call.input);
    if (call.name === 'write' && descriptor !== null) this.#places.set(descriptor.number, write.at + bytes);
    this.steps.push({ kind: 'write-done', write });
  }

  #open({ input: args, result, name }: TracedCall): void {
    const opened = descriptorIn(result ?? '');
    if (opened === null || !this.#isMine(opened.path)) return;
    if (args.includes('O_APPEND') && args.includes('O_WRONLY') && !args.includes('O_CREAT'))
      throw new Error(`cannot replay appends to ${opened.path}`);
    this.#places.set(opened.number, 0);
    if (name === 'creat' || args.includes('O_CREAT')) this.steps.push({ kind: 'created', path: opened.path });
    if (args.includes('O_TRUNC')) this.steps.push({ kind: 'resized', path: opened.path, bytes: 0 });
  }

  #resize({ input: args }: TracedCall): void {
    const descriptor = descriptorIn(args);
    if (descriptor === null || !this.#isMine(descriptor.path)) return;
    this.steps.push({ kind: 'resized', path: descriptor.path, bytes: lastNumber(args) });
  }

  #changeNames({ name, input: args }: TracedCall): void {
    const paths = quotedIn(args).map((bytes) => resolve(bytes.toString('utf8')));
    const [path, to] = paths;
    if (path === undefined || !paths.some((each) => this.#isMine(each))) return;
    if (name.startsWith('unlink')) this.steps.push({ kind: 'removed', path });
    else if (to !== undefined && name.startsWith('rename')) this.steps.push({ kind: 'renamed', path, to });
    else if (to !== undefined && name.startsWith('link')) this.steps.push({ kind: 'linked', path, to });
    else if (UNKNOWN.has(name)) throw new Error(`cannot replay ${name} of ${path}`);
  }
}

/** Turns a recorded trace into the steps of one folder (an absolute path without links). */
export const readSteps = async (traceFile: string, folder: string): Promise<readonly DiskStep[]> => {
  const collector = new StepCollector(folder);
  await readTrace(traceFile, {
    onStart: (call) => collector.onStart(call),
    onEnd: (call) => collector.onEnd(call),
  });
  return collector.steps;
};
