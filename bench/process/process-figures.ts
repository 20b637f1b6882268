import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in 1/100 s for every program (USER_HZ). */
const TICKS_PER_SECOND = 100;
/** Fields 14 and 15 of /proc/<pid>/stat, counted from the one behind the program's name. */
const USER_TICKS_AT = 11;
const SYSTEM_TICKS_AT = 12;

type Stat = { readonly name: string; readonly cpuSeconds: number };

const readStat = (file: string): Stat => {
  const stat = readFileSync(file, 'utf8');
  const nameEnd = stat.lastIndexOf(')');
  const fields = stat.slice(nameEnd + 2).split(' ');
  const ticks = Number(fields[USER_TICKS_AT]) + Number(fields[SYSTEM_TICKS_AT]);
  return { name: stat.slice(stat.indexOf('(') + 1, nameEnd), cpuSeconds: ticks / TICKS_PER_SECOND };
};

/** User and system time of all threads of a process so far, seconds. */
export const cpuSecondsOf = (pid: number): number => readStat(`/proc/${pid}/stat`).cpuSeconds;

/** The same for the threads that are there now, those of one name together. */
export const cpuSecondsByThread = (pid: number): ReadonlyMap<string, number> => {
  const seconds = new Map<string, number>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const { name, cpuSeconds } = readStat(`/proc/${pid}/task/${thread}/stat`);
    seconds.set(name, (seconds.get(name) ?? 0) + cpuSeconds);
  }
  return seconds;
};

const kibibytes = (pid: number, file: string, name: string): number => {
  const match = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/${file}`, 'utf8'));
  if (match === null) throw new Error(`/proc/${pid}/${file} does not tell ${name}`);
  return Number(match[1]);
};

/** Resident memory, KiB. */
export const residentKibOf = (pid: number): number => kibibytes(pid, 'status', 'VmRSS');

/** Proportional set size: what the process costs when shared pages are counted once, KiB. */
export const proportionalKibOf = (pid: number): number => kibibytes(pid, 'smaps_rollup', 'Pss');
