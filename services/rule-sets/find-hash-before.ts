import type { Queryable } from '../../db/pool.js';
import { findPublicationBefore, findRuleSetVersions } from '../../db/rule-sets.js';
import type { ShippedRules } from './read-shipped.js';

/**
 * The hash of the rules that were in force before those of now; undefined while nothing has been
 * published. Throws `TemporarilyUnavailable`.
 */
export const findHashBefore = async (
  db: Queryable,
  shipped: ShippedRules,
): Promise<string | undefined> => {
  const version = await findPublicationBefore(db);
  if (version === undefined) return undefined;
  if (version === 0) return shipped.ruleSet.hash;
  return (await findRuleSetVersions(db, [version]))[0]?.hash;
};
