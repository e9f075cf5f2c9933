import { readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StartFailure } from './start-failure.js';

/** Finds servers by their working directory: a server and its backends run in the data folder. */
const serversOf = (dataDir: string): number[] => {
  const folder = realpathSync(dataDir);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const isPostgres = readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres';
        return isPostgres && readlinkSync(`/proc/${pid}/cwd`) === folder;
      } catch {
        return false;
      }
    })
    .map(Number);
};

/** The parent of a process; 0 for one that has ended. */
const parentOf = (pid: number): number => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name is in parentheses and may have spaces.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
};

/**
 * The servers without their own children. A child that gets a signal of shutdown just after its
 * fork dies of it, and its server takes that for a crash.
 */
const headsOf = (dataDir: string): number[] => {
  const pids = serversOf(dataDir);
  return pids.filter((pid) => !pids.includes(parentOf(pid)));
};

const signalAll = (pids: readonly number[], signal: NodeJS.Signals): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
};

const areGone = async (dataDir: string, withinMs: number): Promise<boolean> => {
  const deadline = Date.now() + withinMs;
  while (serversOf(dataDir).length > 0) {
    if (Date.now() > deadline) return false;
    await delay(25);
  }
  return true;
};

/**
 * Ends servers that an earlier start left running on this data folder and removes their pid file:
 * after a container restart another process may have that pid, and Postgres would refuse to start.
 * The caller must hold the installation's lock; otherwise this would end a server in use.
 */
export const clearPostgresLeftovers = async (dataDir: string): Promise<void> => {
  if (process.platform !== 'linux') return;
  // A fast shutdown first: the server may already be stopping, since its parent died.
  signalAll(headsOf(dataDir), 'SIGINT');
  if (!(await areGone(dataDir, 5000))) {
    signalAll(serversOf(dataDir), 'SIGKILL');
    if (!(await areGone(dataDir, 5000))) {
      throw new StartFailure(`An earlier Postgres on ${dataDir} cannot be ended.`);
    }
  }
  rmSync(join(dataDir, 'postmaster.pid'), { force: true });
};
