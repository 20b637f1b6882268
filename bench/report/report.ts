import type { Section } from './figure.js';

/** Where and how the figures were taken. */
export type Circumstances = {
  readonly node: string;
  readonly cpuModel: string;
  readonly cpuCount: number;
  readonly memoryGib: number;
  /** Of the last minute, before the bench started: what other programs were doing. */
  readonly loadAverage: number;
  readonly arePinned: boolean;
  readonly plan: string;
  /** What the form of several processes ran on, one line each; none when it was not measured. */
  readonly engines: readonly string[];
  readonly raisedLimits: Readonly<Record<string, string>>;
  readonly startedAt: string;
  readonly durationSeconds: number;
};

export type Report = {
  readonly circumstances: Circumstances;
  readonly sections: readonly Section[];
  /** Works that did not run, and why. */
  readonly skipped: readonly string[];
  /** What was lost, repeated, refused or out of order: a run with one of these proves nothing. */
  readonly faults: readonly string[];
};
