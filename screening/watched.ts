import { setTimeout as pause } from 'node:timers/promises';
import { createRefreshed, type Refreshed } from '../runtime/refreshed.js';

/** A change is in force everywhere within two of these. */
const refreshEveryMs = 1000;

export interface Watched<T> extends Refreshed<T> {
  /** Resolves once the value has been loaded, however long that is impossible. */
  readonly loaded: () => Promise<void>;
}

/**
 * What is kept in Postgres and changes while Verdict runs, renewed each second; `initial` until it
 * has been loaded. `onFault` is called once for each spell in which it cannot be loaded.
 */
export const createWatched = <T>(
  initial: T,
  load: () => Promise<T>,
  onFault: (error: unknown) => void,
): Watched<T> => {
  const read = { isDone: false };
  const refreshed = createRefreshed({
    initial,
    load: async () => {
      const value = await load();
      read.isDone = true;
      return value;
    },
    everyMs: refreshEveryMs,
    onFault,
  });
  return {
    ...refreshed,
    loaded: async () => {
      await refreshed.refresh();
      while (!read.isDone) {
        await pause(refreshEveryMs);
        await refreshed.refresh();
      }
    },
  };
};
