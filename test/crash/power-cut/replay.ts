import { mkdirSync, rmSync } from 'node:fs';
import { randomSource } from '@verbatim/testing/scenario';
import { checkCut, type CutDamage } from './cut-check.js';
import { CUT_KINDS, DiskImage, type CutKind } from './disk-image.js';
import type { DiskStep } from './disk-steps.js';
import { addShown, noFacts } from './shown-facts.js';

export type ReplayOptions = {
  /** Folder whose files the steps are of. */
  readonly folder: string;
  /** Folder for the rebuilt files; emptied for every state. */
  readonly workFolder: string;
  /** Moments at which the power is cut; each gives one state per kind of cut. */
  readonly cuts: number;
  readonly seed: number;
  readonly onProgress?: (states: number) => void;
};

export type DamagedState = { readonly step: number; readonly cut: CutKind; readonly damage: readonly CutDamage[] };
export type ReplayReport = {
  readonly states: number;
  /** Messages that had been shown before the last cut. */
  readonly shownMessages: number;
  readonly shownAccounts: number;
  readonly damaged: readonly DamagedState[];
};

const firstShown = (steps: readonly DiskStep[]): number => {
  const first = steps.findIndex((step) => step.kind === 'said' && step.text.includes('refreshToken'));
  if (first === -1) throw new Error('nothing was shown to any client');
  return first;
};

/** Spread over everything after the first thing that was shown, the very end included. */
const cutsIn = (steps: readonly DiskStep[], { cuts, seed }: ReplayOptions): ReadonlySet<number> => {
  const random = randomSource(seed);
  const first = firstShown(steps);
  const width = (steps.length - first) / cuts;
  const chosen = Array.from(
    { length: cuts - 1 },
    (_, index) => first + 1 + Math.floor((index + random.next()) * width),
  );
  return new Set([...chosen, steps.length - 1]);
};

/** Follows the steps and cuts the power at chosen moments, in every kind of way. */
export const replayPowerCuts = async (steps: readonly DiskStep[], options: ReplayOptions): Promise<ReplayReport> => {
  const { folder, workFolder, seed, onProgress = () => {} } = options;
  const cuts = cutsIn(steps, options);
  const random = randomSource(seed + 1);
  const disk = new DiskImage(folder);
  const shown = noFacts();
  const damaged: DamagedState[] = [];
  let states = 0;
  for (const [index, step] of steps.entries()) {
    disk.follow(step);
    if (step.kind === 'said') addShown(shown, step.text);
    if (!cuts.has(index)) continue;
    for (const cut of CUT_KINDS) {
      rmSync(workFolder, { recursive: true, force: true });
      mkdirSync(workFolder, { recursive: true });
      disk.cut(cut, random, workFolder);
      const damage = await checkCut(workFolder, shown);
      if (damage.length > 0) damaged.push({ step: index, cut, damage });
      states += 1;
    }
    onProgress(states);
  }
  return { states, shownMessages: shown.messages.size, shownAccounts: shown.userIds.size, damaged };
};

export type RebuildOptions = {
  /** From 0, the first answer, to 1, the end. */
  readonly at: number;
  readonly kind: CutKind;
  readonly seed: number;
  readonly dataDirectory: string;
};

/** Writes the files as one power cut leaves them. */
export const rebuildAt = (
  { steps, folder }: { readonly steps: readonly DiskStep[]; readonly folder: string },
  { at, kind, seed, dataDirectory }: RebuildOptions,
): void => {
  const first = firstShown(steps);
  const disk = new DiskImage(folder);
  for (const step of steps.slice(0, first + 1 + Math.floor((steps.length - first - 1) * at))) disk.follow(step);
  mkdirSync(dataDirectory, { mode: 0o700 });
  disk.cut(kind, randomSource(seed), dataDirectory);
};
