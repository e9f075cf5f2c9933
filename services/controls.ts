import type { Controls, PolicyInForce } from '../contracts/controls.js';
import { type Banner, banners } from '../contracts/hbc/transaction.js';
import type { Policy } from '../contracts/policy.js';
import type { Settings } from '../contracts/settings.js';
import { listControls } from '../db/controls.js';
import type { Context } from './context.js';

/** Each banner's policy in the settings file: version 0. */
export const policyDefaultsOf = (settings: Settings): Readonly<Record<Banner, Policy>> =>
  Object.fromEntries(
    banners.map((banner) => [banner, settings.banners[banner].policy]),
  ) as Readonly<Record<Banner, Policy>>;

/** The controls before any change by analysts or operators. */
export const initialControls = (defaults: Readonly<Record<Banner, Policy>>): Controls => ({
  policies: Object.fromEntries(
    banners.map((banner) => [banner, { version: 0, policy: defaults[banner] }]),
  ) as Controls['policies'],
  switchedOff: new Set(),
  leverMovedAtMs: new Map(),
});

/**
 * Reads policies and levers with one cheap query: each process does so every second. A banner
 * without a published policy has that of `defaults`, version 0.
 */
export const loadControls = async (
  { db }: Context,
  defaults: Readonly<Record<Banner, Policy>>,
): Promise<Controls> => {
  const set = await listControls(db);
  const published = set.filter((row) => row.part === 'policy');
  const levers = set.filter((row) => row.part === 'lever');
  const inForce = (banner: Banner): PolicyInForce => {
    const latest = published.find((row) => row.banner === banner);
    return latest === undefined
      ? { version: 0, policy: defaults[banner] }
      : { version: latest.version, policy: latest.policy };
  };
  const policies = Object.fromEntries(banners.map((banner) => [banner, inForce(banner)]));
  const off = levers.filter(({ state }) => state === 'off').map(({ partner }) => partner);
  return {
    policies: policies as Controls['policies'],
    switchedOff: new Set(off),
    leverMovedAtMs: new Map(levers.map((row) => [row.partner, row.changed_at.getTime()])),
  };
};
