import { readFileSync } from 'node:fs';

/** Linux counts in 1/100 s for every program (USER_HZ). */
const TICKS_PER_SECOND = 100;
/** Fields 14 and 15 of /proc/<pid>/stat, counted from the one behind the program's name. */
const USER_TICKS_AT = 11;
const SYSTEM_TICKS_AT = 12;

/** User and system time of all threads of a process so far, seconds. */
export const cpuSecondsOf = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[USER_TICKS_AT]) + Number(fields[SYSTEM_TICKS_AT])) / TICKS_PER_SECOND;
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
