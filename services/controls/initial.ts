import type { Controls } from '../../contracts/controls.js';
import { type Banner, banners } from '../../contracts/hbc/transaction.js';
import type { Policy } from '../../contracts/policy.js';
import type { Settings } from '../../contracts/settings.js';

/** The policy of each banner in the settings file: version 0. */
export const policyDefaultsOf = (settings: Settings): Readonly<Record<Banner, Policy>> =>
  Object.fromEntries(
    banners.map((banner) => [banner, settings.banners[banner].policy]),
  ) as Readonly<Record<Banner, Policy>>;

/** The controls of an installation in which nobody has changed anything. */
export const initialControls = (defaults: Readonly<Record<Banner, Policy>>): Controls => ({
  policies: Object.fromEntries(
    banners.map((banner) => [banner, { version: 0, policy: defaults[banner] }]),
  ) as Controls['policies'],
  switchedOff: new Set(),
  leverMovedAtMs: new Map(),
});
