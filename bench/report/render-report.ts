import { ratioOf, verdictsOf, type Bound, type Figure, type Section } from './figure.js';
import type { Circumstances, Report } from './report.js';

const HEADER = ['target', 'figure', 'value', 'baseline', 'ratio', 'must', '', 'aim', ''] as const;
type Row = readonly string[];

/** Three significant digits below 1,000, whole numbers above; thousands apart. */
export const numberText = (value: number): string => {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en-GB');
  return String(Number(value.toPrecision(3)));
};

const withUnit = (value: number, unit: string): string => `${numberText(value)}${unit === '' ? '' : ` ${unit}`}`;

const limitText = ({ limit, of }: Bound, wanted: number | undefined, unit: string): string => {
  if (wanted === undefined) return '';
  const sign = limit === 'at-least' ? '≥' : '≤';
  return `${sign} ${of === 'ratio' ? `${numberText(wanted)}×` : withUnit(wanted, unit)}`;
};

const boundCells = (figure: Figure, bound: Bound): Row => {
  const { must, aim } = verdictsOf(figure, bound);
  const words = { met: 'met', missed: 'NOT MET', open: '' };
  return [
    limitText(bound, bound.must, figure.unit),
    words[must],
    limitText(bound, bound.aim, figure.unit),
    words[aim].toLowerCase(),
  ];
};

const rowsOf = (figure: Figure): readonly Row[] => {
  const { name, value, unit, baseline, bounds = [] } = figure;
  const ratio = ratioOf(figure);
  const cells = [
    name,
    withUnit(value, unit),
    baseline === undefined ? '' : `${withUnit(baseline.value, unit)} (${baseline.name})`,
    ratio === null ? '' : `${numberText(ratio)}×`,
  ];
  const [first, ...others] = bounds;
  if (first === undefined) return [['', ...cells, '', '', '', '']];
  const more = others.map((bound) => [bound.target, '', '', '', '', ...boundCells(figure, bound)]);
  return [[first.target, ...cells, ...boundCells(figure, first)], ...more];
};

/** Columns as wide as their widest cell, two spaces apart. */
const table = (rows: readonly Row[]): string => {
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: Row): string => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return rows.map((row) => `  ${line(row).trimEnd()}`).join('\n');
};

const sectionText = ({ title, figures, notes }: Section): string =>
  [title, table([HEADER, ...figures.flatMap(rowsOf)]), ...notes.map((note) => `  ${note}`)].join('\n');

/** Above this, other programs take enough of two cores to be seen in every figure. */
const QUIET_LOAD_MAX = 0.5;

const quietText = (loadAverage: number): string =>
  `load average ${numberText(loadAverage)} before the start${loadAverage > QUIET_LOAD_MAX ? ': NOT QUIET, trust ratios and CPU only' : ''}`;

const circumstancesText = (circumstances: Circumstances): string => {
  const { node, cpuModel, cpuCount, memoryGib, arePinned, plan, raisedLimits, startedAt, durationSeconds } =
    circumstances;
  const pinning = arePinned ? 'server on core 0, load on core 1' : 'nothing pinned to a core: figures are noisier';
  const limits = Object.entries(raisedLimits).map(([name, value]) => `${name}=${value}`);
  return [
    `Verbatim bench, ${startedAt}, ${plan} plan, ${Math.round(durationSeconds)} s`,
    `  ${cpuModel} × ${cpuCount}, ${numberText(memoryGib)} GiB, Node ${node}; ${pinning}`,
    `  ${quietText(circumstances.loadAverage)}`,
    ...circumstances.engines.map((line) => `  ${line}`),
    `  limits raised for the load: ${limits.join(', ')}; everything else as a user runs it`,
  ].join('\n');
};

const listText = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [[title, ...lines.map((line) => `  ${line}`)].join('\n')];

/** The report as text for people; `--json` prints the report itself. */
export const renderReport = ({ circumstances, sections, skipped, faults }: Report): string =>
  [
    circumstancesText(circumstances),
    ...sections.map(sectionText),
    ...listText('Skipped', skipped),
    ...listText('FAULTS: messages were lost, repeated, refused or out of order', faults),
  ].join('\n\n');
