import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RandomSource } from '@verbatim/testing/scenario';
import type { DiskStep, SyncStep, WriteStep } from './disk-steps.js';

/**
 * What a power cut leaves of the writes that no sync covers: nothing, everything, some of them, or any of their sectors. Names
 * that no sync of the folder covers are lost with `nothing`.
 */
export const CUT_KINDS = ['nothing', 'everything', 'some-writes', 'some-sectors'] as const;
export type CutKind = (typeof CUT_KINDS)[number];

const SECTOR_BYTES = 512;

type Change =
  | { readonly kind: 'write'; readonly at: number; readonly data: Buffer }
  | { readonly kind: 'size'; readonly bytes: number };

class FileImage {
  #bytes = Buffer.alloc(0);
  #size = 0;

  apply(change: Change): void {
    if (change.kind === 'size') {
      this.#reserve(change.bytes);
      if (change.bytes < this.#size) this.#bytes.fill(0, change.bytes, this.#size);
      this.#size = change.bytes;
      return;
    }
    const end = change.at + change.data.length;
    this.#reserve(end);
    change.data.copy(this.#bytes, change.at);
    this.#size = Math.max(this.#size, end);
  }

  copy(): FileImage {
    const copy = new FileImage();
    copy.#bytes = Buffer.from(this.#bytes.subarray(0, this.#size));
    copy.#size = this.#size;
    return copy;
  }

  get content(): Buffer {
    return this.#bytes.subarray(0, this.#size);
  }

  #reserve(size: number): void {
    if (size <= this.#bytes.length) return;
    const larger = Buffer.alloc(Math.max(size, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#size);
    this.#bytes = larger;
  }
}

type Inode = { readonly durable: FileImage; readonly pending: (WriteStep | Extract<DiskStep, { kind: 'resized' }>)[] };
type Names = Map<string, Inode>;

const changeOf = (step: Inode['pending'][number]): Change =>
  step.kind === 'write' ? { kind: 'write', at: step.at, data: step.data } : { kind: 'size', bytes: step.bytes };

const sectorsOf = (change: Change): readonly Change[] => {
  if (change.kind === 'size') return [change];
  const sectors: Change[] = [];
  for (let from = 0; from < change.data.length; from += SECTOR_BYTES - ((change.at + from) % SECTOR_BYTES)) {
    const until = from + SECTOR_BYTES - ((change.at + from) % SECTOR_BYTES);
    sectors.push({ kind: 'write', at: change.at + from, data: change.data.subarray(from, until) });
  }
  return sectors;
};

const survivors = (pending: readonly Change[], kind: CutKind, random: RandomSource): readonly Change[] => {
  if (kind === 'nothing') return [];
  if (kind === 'everything') return pending;
  const parts = kind === 'some-writes' ? pending : pending.flatMap(sectorsOf);
  return parts.filter(() => random.next() < 0.5);
};

const contentAfterCut = ({ durable, pending }: Inode, kind: CutKind, random: RandomSource): Buffer => {
  const image = durable.copy();
  for (const change of survivors(pending.map(changeOf), kind, random)) image.apply(change);
  return image.content;
};

/** A disk with a write cache: follows the steps, and can be cut off from power at any moment. */
export class DiskImage {
  #names: Names = new Map();
  #durableNames: Names = new Map();
  readonly #unfinished = new Set<WriteStep>();
  readonly #covered = new Map<SyncStep, { readonly inode: Inode; readonly steps: ReadonlySet<object> }>();

  constructor(private readonly folder: string) {}

  follow(step: DiskStep): void {
    if (step.kind === 'created') this.#inode(step.path);
    else if (step.kind === 'write') this.#write(step);
    else if (step.kind === 'write-done') this.#unfinished.delete(step.write);
    else if (step.kind === 'resized') this.#inode(step.path).pending.push(step);
    else if (step.kind === 'sync') this.#beginSync(step);
    else if (step.kind === 'sync-done') this.#endSync(step.sync);
    else if (step.kind === 'removed') this.#names.delete(step.path);
    else if (step.kind === 'renamed' || step.kind === 'linked') this.#name(step);
  }

  /** Writes the files as they are found when the power is back. */
  cut(kind: CutKind, random: RandomSource, into: string): void {
    const names = kind === 'nothing' ? this.#durableNames : this.#names;
    const contents = new Map<Inode, Buffer>();
    for (const [path, inode] of names) {
      const content = contents.get(inode) ?? contentAfterCut(inode, kind, random);
      contents.set(inode, content);
      const target = join(into, path.slice(this.folder.length + 1));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, content, { mode: 0o600 });
    }
  }

  #inode(path: string): Inode {
    const inode = this.#names.get(path) ?? { durable: new FileImage(), pending: [] };
    this.#names.set(path, inode);
    return inode;
  }

  #write(step: WriteStep): void {
    this.#inode(step.path).pending.push(step);
    this.#unfinished.add(step);
  }

  #beginSync(sync: SyncStep): void {
    if (sync.path === this.folder) return;
    const inode = this.#inode(sync.path);
    const steps = inode.pending.filter((step) => step.kind !== 'write' || !this.#unfinished.has(step));
    this.#covered.set(sync, { inode, steps: new Set(steps) });
  }

  #endSync(sync: SyncStep): void {
    if (sync.path === this.folder) {
      this.#durableNames = new Map(this.#names);
      return;
    }
    const covered = this.#covered.get(sync);
    if (covered === undefined) return;
    this.#covered.delete(sync);
    const { inode, steps } = covered;
    // In order: an unfinished write before a finished one to the same place stays pending, and may still land on top.
    for (const step of inode.pending) if (steps.has(step)) inode.durable.apply(changeOf(step));
    const left = inode.pending.filter((step) => !steps.has(step));
    inode.pending.splice(0, inode.pending.length, ...left);
  }

  #name({ kind, path, to }: Extract<DiskStep, { kind: 'renamed' | 'linked' }>): void {
    const inode = this.#names.get(path);
    if (inode === undefined) return;
    if (kind === 'renamed') this.#names.delete(path);
    this.#names.set(to, inode);
  }
}
