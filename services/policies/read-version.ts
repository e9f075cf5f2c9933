import type { Banner } from '../../contracts/hbc/transaction.js';
import type { PolicyVersion } from '../../contracts/v1/policies.js';
import { findPolicyVersion } from '../../db/policies.js';
import type { Queryable } from '../../db/pool.js';
import { fileVersion, type PolicyDefaults, publishedVersion } from './policy-version.js';

/** One version of a banner's policy; undefined when there is none. */
export const readPolicyVersion = async (
  db: Queryable,
  defaults: PolicyDefaults,
  banner: Banner,
  version: number,
): Promise<PolicyVersion | undefined> => {
  if (version === 0) return fileVersion(defaults, banner);
  const row = await findPolicyVersion(db, banner, version);
  return row && publishedVersion(row);
};
