import { readdirSync, readFileSync } from 'node:fs';

/** Memory of one part: all processes with its label. */
export interface PartMemory {
  readonly part: string;
  readonly processes: number;
  /** Resident set size; shared pages count once for each process. */
  readonly rssMb: number;
  /** Proportional set size; shared pages are divided among their processes, so it adds up. */
  readonly pssMb: number;
}

const labels: readonly (readonly [string, RegExp])[] = [
  ['api', /\bapi\/main\.ts\b/],
  ['worker', /\bworker\/main\.ts\b/],
  ['simulators', /\bsimulators\/main\.ts\b/],
  ['supervisor', /\blocal\/main\.ts\b/],
  ['temporal', /\btemporal\b.*\bstart-dev\b/],
  ['postgres', /\bpostgres\b/],
  ['esbuild', /\besbuild\b/],
];

/** Undefined for a process that has ended meanwhile. */
const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

const parentOf = (pid: number): number | undefined => {
  const stat = read(`/proc/${pid}/stat`);
  // The command name is in brackets and may contain spaces: fields count from the last bracket.
  return stat === undefined
    ? undefined
    : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
};

const withDescendants = (root: number): number[] => {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const parents = new Map(pids.map((pid) => [pid, parentOf(pid)]));
  const family = new Set([root]);
  for (let before = 0; before < family.size; ) {
    before = family.size;
    for (const [pid, parent] of parents) if (parent && family.has(parent)) family.add(pid);
  }
  return [...family];
};

const partOf = (pid: number): string => {
  const command = read(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ') ?? '';
  return labels.find(([, form]) => form.test(command))?.[0] ?? 'other';
};

/** The processes of one part among a process and its descendants. */
export const pidsOfPart = (rootPid: number, part: string): number[] =>
  withDescendants(rootPid).filter((pid) => partOf(pid) === part);

const memoryOf = (pid: number) => {
  const rollup = read(`/proc/${pid}/smaps_rollup`) ?? '';
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
  if (process.platform !== 'linux') return [];
  const processes = withDescendants(rootPid).map(memoryOf);
  const parts = [...new Set(processes.map(({ part }) => part))].map((part) => {
    const own = processes.filter((each) => each.part === part);
    const sum = (field: 'rssKb' | 'pssKb') =>
      megabytes(own.reduce((kb, each) => kb + each[field], 0));
    return { part, processes: own.length, rssMb: sum('rssKb'), pssMb: sum('pssKb') };
  });
  return parts.toSorted((left, right) => right.pssMb - left.pssMb);
};
