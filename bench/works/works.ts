import type { EnginesWorkName, WorkName } from '../arguments.js';
import type { Section } from '../report/figure.js';
import type { Bench } from './bench.js';
import { enginesFanOut } from './engines-fan-out.work.js';
import { enginesOffline } from './engines-offline.work.js';
import { enginesOneToOne } from './engines-one-to-one.work.js';
import { fanOut } from './fan-out.work.js';
import { growth } from './growth.work.js';
import { idle } from './idle.work.js';
import { log } from './log.work.js';
import { offline } from './offline.work.js';
import { oneToOne } from './one-to-one.work.js';
import { rebuild } from './rebuild.work.js';
import { slowDisk } from './slow-disk.work.js';

/** Null: skipped for want of what `NEEDS` names. */
export type Work = (bench: Bench) => Promise<Section | null>;

export const works: Readonly<Record<WorkName, Work>> = {
  w1: oneToOne,
  w2: fanOut,
  w3: idle,
  w4: offline,
  t7: log,
  t8: rebuild,
  t9: growth,
  t10: slowDisk,
};

/** The same work over several processes on engines, beside the embedded form. */
export const enginesWorks: Readonly<Record<EnginesWorkName, Work>> = {
  w1: enginesOneToOne,
  w2: enginesFanOut,
  w4: enginesOffline,
};

/** What a work needs beside Node and Linux. */
export const NEEDS: Partial<Readonly<Record<WorkName, string>>> = { t10: 'strace' };
