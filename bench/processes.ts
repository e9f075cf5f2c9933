import { readdirSync, readFileSync } from 'node:fs';

const labels: readonly (readonly [string, RegExp])[] = [
  ['api', /\bapi\/main\.[jt]s\b/],
  ['worker', /\bworker\/main\.[jt]s\b/],
  ['simulators', /\bsimulators\/main\.[jt]s\b/],
  ['oms', /\bservers\/oms-main\.[jt]s\b/],
  ['partners', /\bservers\/partners-main\.[jt]s\b/],
  ['mail', /\bservers\/mail-main\.[jt]s\b/],
  ['supervisor', /\blocal\/main\.[jt]s\b/],
  ['import', /\blocal\/import-main\.[jt]s\b/],
  ['bare worker', /\bnoop\/main\.[jt]s\b/],
  ['temporal', /\btemporal\b.*\bstart-dev\b/],
  ['postgres', /\bpostgres\b/],
  ['esbuild', /\besbuild\b/],
];

/** The text of a file below `/proc`; undefined for a process that has ended meanwhile. */
export const readProc = (pid: number, file: string): string | undefined => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
};

/** The fields of `/proc/PID/stat` from the third on, the state. */
export const statOf = (pid: number): readonly string[] | undefined => {
  const stat = readProc(pid, 'stat');
  // The command name is in brackets and may contain spaces: fields count from the last bracket.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
};

/** A process and all its descendants; empty on a system without `/proc`. */
export const withDescendants = (root: number): number[] => {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const parents = new Map(pids.map((pid) => [pid, Number(statOf(pid)?.[1] ?? 0)]));
  const family = new Set([root]);
  for (let before = 0; before < family.size; ) {
    before = family.size;
    for (const [pid, parent] of parents) if (parent && family.has(parent)) family.add(pid);
  }
  return [...family];
};

/** The part of Verdict that a process belongs to; `other` when its command names none. */
export const partOf = (pid: number): string => {
  const command = readProc(pid, 'cmdline')?.replaceAll('\0', ' ') ?? '';
  return labels.find(([, form]) => form.test(command))?.[0] ?? 'other';
};

/** The processes of one part among a process and its descendants. */
export const pidsOfPart = (rootPid: number, part: string): number[] =>
  withDescendants(rootPid).filter((pid) => partOf(pid) === part);

/** A part's name as documents write it. */
export const partTitle = (part: string): string =>
  ({ api: 'API', temporal: 'Temporal', postgres: 'Postgres' })[part] ?? part;
