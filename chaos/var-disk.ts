import { spawnSync } from 'node:child_process';
import { mkdirSync, statfsSync } from 'node:fs';

/** The disk under `VAR_DIR`, which the storm can fill. */
export interface VarDisk {
  /** Takes all free space away: from now on every write that needs more fails. */
  readonly fill: () => void;
  /** Gives the space back. */
  readonly free: () => void;
  readonly unmount: () => void;
}

/** A storm of half an hour writes less than half of it. It takes memory only for what is stored. */
const size = '6g';

const mount = (...args: readonly string[]): boolean =>
  spawnSync('mount', args, { stdio: 'ignore' }).status === 0;

/** Postgres may free a page between the look and the change, but it also may take one. */
const fillTries = 50;

/**
 * Mounts a disk of limited size at `folder`, which the storm can fill at any time. Undefined on a
 * machine where this user may not mount.
 */
export const mountVarDisk = (folder: string): VarDisk | undefined => {
  mkdirSync(folder, { recursive: true });
  if (!mount('-t', 'tmpfs', '-o', `size=${size},mode=755`, 'verdict-chaos', folder))
    return undefined;
  const resize = (to: string) => mount('-o', `remount,size=${to}`, folder);
  const unmount = () => void spawnSync('umount', ['--lazy', folder], { stdio: 'ignore' });
  process.once('exit', unmount);
  return {
    fill: () => {
      for (let tries = 0; tries < fillTries; tries += 1) {
        const { blocks, bfree, bsize } = statfsSync(folder);
        if (resize(String((blocks - bfree) * bsize))) return;
      }
      throw new Error('the disk cannot be filled');
    },
    free: () => {
      if (!resize(size)) throw new Error('the disk cannot be freed');
    },
    unmount: () => {
      unmount();
      process.off('exit', unmount);
    },
  };
};
