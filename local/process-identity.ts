import { readFileSync } from 'node:fs';

/** Identifies a process, distinct from a later one with the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time in clock ticks since boot; empty where the system has no `/proc`. */
  readonly startedAt: string;
}

const hasProc = process.platform === 'linux';

const isThere = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** The process with this pid now; undefined when there is none or only a zombie. */
export const identify = (pid: number): ProcessIdentity | undefined => {
  if (!hasProc) return isThere(pid) ? { pid, startedAt: '' } : undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name is in parentheses and may have spaces: count fields from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X'
      ? undefined
      : { pid, startedAt: fields[19] ?? '' };
  } catch {
    return undefined;
  }
};

export const isAlive = (known: ProcessIdentity): boolean =>
  identify(known.pid)?.startedAt === known.startedAt;
