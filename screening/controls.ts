import { setTimeout as pause } from 'node:timers/promises';
import type { Controls } from '../contracts/controls.js';
import type { Settings } from '../contracts/settings.js';
import type { Queryable } from '../db/pool.js';
import { createRefreshed, type Refreshed } from '../runtime/refreshed.js';
import { initialControls, policyDefaultsOf } from '../services/controls/initial.js';
import { loadControls } from '../services/controls/load.js';

/** A change of a policy or a lever is in force everywhere within two of these. */
const refreshEveryMs = 1000;

export interface WatchedControls extends Refreshed<Controls> {
  /** Resolves once they have been read from Postgres, however long it is away. */
  readonly loaded: () => Promise<void>;
}

/**
 * Policies and levers, renewed each second; those of the settings file until they have been read.
 * `onFault` is called once for each spell in which they cannot be read.
 */
export const watchControls = (
  db: Queryable,
  settings: Settings,
  onFault: (error: unknown) => void,
): WatchedControls => {
  const defaults = policyDefaultsOf(settings);
  const read = { isDone: false };
  const load = async (): Promise<Controls> => {
    const controls = await loadControls(db, defaults);
    read.isDone = true;
    return controls;
  };
  const refreshed = createRefreshed({
    initial: initialControls(defaults),
    load,
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
