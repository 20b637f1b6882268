/** What a target of docs/benchmarks.md asks of a figure. */
export type Bound = {
  readonly target: string;
  /** The figure itself, or its ratio to the baseline of the same run. */
  readonly of: 'value' | 'ratio';
  readonly limit: 'at-least' | 'at-most';
  readonly must?: number;
  readonly aim?: number;
};

export type Figure = {
  readonly name: string;
  readonly value: number;
  /** As printed behind the value: `/s`, `ms`, `µs`, `KiB`; empty for a count. */
  readonly unit: string;
  /** The same work in the same run without the platform. */
  readonly baseline?: { readonly name: string; readonly value: number };
  readonly bounds?: readonly Bound[];
};

/** The figures of one piece of work. */
export type Section = {
  readonly title: string;
  readonly figures: readonly Figure[];
  readonly notes: readonly string[];
};

/** `open`: the target has no number of this degree. */
export type Verdict = 'met' | 'missed' | 'open';

const holds = (value: number, limit: Bound['limit'], wanted: number | undefined): Verdict => {
  if (wanted === undefined) return 'open';
  // A figure that could not be taken (NaN) has not met anything.
  return (limit === 'at-least' ? value >= wanted : value <= wanted) ? 'met' : 'missed';
};

export const ratioOf = ({ value, baseline }: Figure): number | null =>
  baseline === undefined ? null : value / baseline.value;

export const verdictsOf = (figure: Figure, bound: Bound): { readonly must: Verdict; readonly aim: Verdict } => {
  const measured = bound.of === 'value' ? figure.value : (ratioOf(figure) ?? Number.NaN);
  return { must: holds(measured, bound.limit, bound.must), aim: holds(measured, bound.limit, bound.aim) };
};
