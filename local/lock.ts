import { mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { identify, isAlive, type ProcessIdentity } from './process-identity.js';

export interface HeldLock {
  readonly held: true;
  readonly release: () => void;
}
export type Lock = HeldLock | { readonly held: false; readonly by: ProcessIdentity };

const entryOf = ({ pid, startedAt }: ProcessIdentity): string => `${pid}-${startedAt}`;

const holderIn = (entry: string): ProcessIdentity => {
  const [pid = '', startedAt = ''] = entry.split('-');
  return { pid: Number(pid), startedAt };
};

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

const entriesOf = (path: string): string[] => {
  try {
    return readdirSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
};

/**
 * Moves a folder with our entry to `path`; the system allows this only when `path` is empty or
 * missing.
 */
const moveInto = (path: string, entry: string): boolean => {
  const draft = `${path}.${entry}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  writeFileSync(join(draft, entry), '');
  try {
    renameSync(draft, path);
    return true;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (['ENOTEMPTY', 'EEXIST'].includes(codeOf(error) ?? '')) return false;
    throw error;
  }
};

const release = (path: string, entry: string): void => {
  rmSync(join(path, entry), { force: true });
  try {
    rmdirSync(path);
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(codeOf(error) ?? '')) throw error;
  }
};

/**
 * Takes the lock `path` for this process, or fails at once. The lock is a folder with one file
 * named after its holder. Taking over from a dead holder removes that holder's file, and can never
 * remove a living holder's, even with concurrent attempts.
 */
export const takeLock = (path: string): Lock => {
  const own = identify(process.pid);
  if (own === undefined) throw new Error('this process cannot be identified');
  const entry = entryOf(own);
  mkdirSync(dirname(path), { recursive: true });
  for (;;) {
    if (moveInto(path, entry)) return { held: true, release: () => release(path, entry) };
    for (const found of entriesOf(path)) {
      const holder = holderIn(found);
      if (isAlive(holder)) return { held: false, by: holder };
      rmSync(join(path, found), { force: true });
    }
  }
};
