import { banners } from '../../contracts/hbc/transaction.js';
import type { PolicyVersion } from '../../contracts/v1/policies.js';
import { listLatestPolicies } from '../../db/policies.js';
import type { Queryable } from '../../db/pool.js';
import { fileVersion, type PolicyDefaults, publishedVersion } from './policy-version.js';

/** The policy in force of every banner. */
export const listPolicies = async (
  db: Queryable,
  defaults: PolicyDefaults,
): Promise<PolicyVersion[]> => {
  const published = await listLatestPolicies(db);
  return banners.map((banner) => {
    const latest = published.find((row) => row.banner === banner);
    return latest === undefined ? fileVersion(defaults, banner) : publishedVersion(latest);
  });
};
