import type { Banner } from '../../contracts/hbc/transaction.js';
import type { PolicyDiff } from '../../contracts/v1/policies.js';
import type { Queryable } from '../../db/pool.js';
import { differencesOf } from './differences.js';
import type { PolicyDefaults } from './policy-version.js';
import { readPolicy } from './read.js';
import { readPolicyVersion } from './read-version.js';

/**
 * In what a version of a banner's policy differs from another one, by default the one before it,
 * and from what is in force; undefined when there is no such version.
 */
export const diffPolicy = async (
  db: Queryable,
  defaults: PolicyDefaults,
  given: { readonly banner: Banner; readonly version: number; readonly from: number | undefined },
): Promise<PolicyDiff | undefined> => {
  const { banner, version } = given;
  const from = given.from ?? Math.max(0, version - 1);
  const [own, other, inForce] = await Promise.all([
    readPolicyVersion(db, defaults, banner, version),
    readPolicyVersion(db, defaults, banner, from),
    readPolicy(db, defaults, banner),
  ]);
  if (own === undefined || other === undefined) return undefined;
  return {
    from,
    changes: differencesOf(other.policy, own.policy),
    inForce: {
      version: inForce.version,
      changes: differencesOf(inForce.policy, own.policy),
    },
  };
};
