import { partOf, readProc, withDescendants } from './processes.js';

/** Memory of one part: all processes with its label. */
export interface PartMemory {
  readonly part: string;
  readonly processes: number;
  /** Resident set size; shared pages count once for each process. */
  readonly rssMb: number;
  /** Proportional set size; shared pages are divided among their processes, so it adds up. */
  readonly pssMb: number;
}

const memoryOf = (pid: number) => {
  const rollup = readProc(pid, 'smaps_rollup') ?? '';
  const kilobytes = (field: string) =>
    Number(new RegExp(`^${field}: +(\\d+)`, 'm').exec(rollup)?.[1] ?? 0);
  return { part: partOf(pid), rssKb: kilobytes('Rss'), pssKb: kilobytes('Pss') };
};

const megabytes = (kilobytes: number): number => Math.round(kilobytes / 102.4) / 10;

/**
 * The memory of a process and its descendants, by part, largest first; empty on a system without
 * `/proc`.
 */
export const memoryByPart = (rootPid: number): PartMemory[] => {
  const processes = withDescendants(rootPid).map(memoryOf);
  const parts = [...new Set(processes.map(({ part }) => part))].map((part) => {
    const own = processes.filter((each) => each.part === part);
    const sum = (field: 'rssKb' | 'pssKb') =>
      megabytes(own.reduce((kb, each) => kb + each[field], 0));
    return { part, processes: own.length, rssMb: sum('rssKb'), pssMb: sum('pssKb') };
  });
  return parts.toSorted((left, right) => right.pssMb - left.pssMb);
};
