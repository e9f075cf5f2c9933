import type { Banner } from '../../contracts/hbc/transaction.js';
import type { PolicyVersion } from '../../contracts/v1/policies.js';
import { findLatestPolicy } from '../../db/policies.js';
import type { Queryable } from '../../db/pool.js';
import { fileVersion, type PolicyDefaults, publishedVersion } from './policy-version.js';

/** The policy in force of one banner. */
export const readPolicy = async (
  db: Queryable,
  defaults: PolicyDefaults,
  banner: Banner,
): Promise<PolicyVersion> => {
  const latest = await findLatestPolicy(db, banner);
  return latest === undefined ? fileVersion(defaults, banner) : publishedVersion(latest);
};
