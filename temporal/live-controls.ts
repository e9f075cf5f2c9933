import type { Controls } from '../contracts/controls.js';
import type { Settings } from '../contracts/settings.js';
import type { Queryable } from '../db/pool.js';
import { initialControls, loadControls, policyDefaultsOf } from '../services/controls.js';
import { createWatched, type Watched } from '../runtime/live-value.js';

/**
 * Policies and levers, refreshed each second. Until the first read they are those of the settings
 * file. Calls `onFault` once for each spell in which the reads fail.
 */
export const watchControls = (
  db: Queryable,
  settings: Settings,
  onFault: (error: unknown) => void,
): Watched<Controls> => {
  const defaults = policyDefaultsOf(settings);
  return createWatched(initialControls(defaults), () => loadControls({ db }, defaults), onFault);
};
