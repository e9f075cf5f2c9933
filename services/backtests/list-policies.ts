import { banners } from '../../contracts/hbc/transaction.js';
import type { Settings } from '../../contracts/settings.js';
import { listPolicyVersions } from '../../db/policies.js';
import type { Queryable } from '../../db/pool.js';
import type { TrialRules } from '../../domain/backtest/try-rules.js';

/**
 * Each banner's policies by version, as decisions name them; version 0 is the settings file's.
 * Throws `TemporarilyUnavailable`.
 */
export const listPolicyVersionsOf = async (
  db: Queryable,
  settings: Settings,
): Promise<TrialRules['policyOf']> => {
  const published = await Promise.all(banners.map((banner) => listPolicyVersions(db, banner)));
  const byVersion = new Map(
    published.flat().map(({ banner, version, policy }) => [`${banner} ${version}`, policy]),
  );
  return (banner, version) =>
    version === 0 ? settings.banners[banner].policy : byVersion.get(`${banner} ${version}`);
};
