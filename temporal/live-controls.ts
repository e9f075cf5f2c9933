import type { Controls } from '../contracts/controls.js';
import type { Settings } from '../contracts/settings.js';
import type { Queryable } from '../db/pool.js';
import { initialControls, loadControls, policyDefaultsOf } from '../services/controls.js';
import { createWatched, type Watched } from '../runtime/live-value.js';

/**
 * Policies and levers, renewed each second; those of the settings file until they have been read.
 * `onFault` is called once for each spell in which they cannot be read.
 */
export const watchControls = (
  db: Queryable,
  settings: Settings,
  onFault: (error: unknown) => void,
): Watched<Controls> => {
  const defaults = policyDefaultsOf(settings);
  return createWatched(initialControls(defaults), () => loadControls({ db }, defaults), onFault);
};
