import type { Banner } from '../../contracts/hbc/transaction.js';
import type { PolicyVersion } from '../../contracts/v1/policies.js';
import { listPolicyVersions } from '../../db/policies.js';
import type { Queryable } from '../../db/pool.js';
import { fileVersion, type PolicyDefaults, publishedVersion } from './policy-version.js';

/**
 * A banner's policies, newest first. Last stands version 0, the settings file's as it reads now;
 * what it read in former times is not kept.
 */
export const listPolicyHistory = async (
  db: Queryable,
  defaults: PolicyDefaults,
  banner: Banner,
): Promise<PolicyVersion[]> => [
  ...(await listPolicyVersions(db, banner)).map(publishedVersion),
  fileVersion(defaults, banner),
];
