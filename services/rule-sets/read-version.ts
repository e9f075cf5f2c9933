import type { RuleSetVersionText } from '../../contracts/v1/rule-sets.js';
import type { Queryable } from '../../db/pool.js';
import { findRuleSetVersions } from '../../db/rule-sets.js';
import type { ShippedRules } from './read-shipped.js';
import { viewShipped, viewVersion } from './view-version.js';

/** One version with its text; undefined when there is none. Throws `TemporarilyUnavailable`. */
export const readVersion = async (
  db: Queryable,
  shipped: ShippedRules,
  version: number,
): Promise<RuleSetVersionText | undefined> => {
  if (version === 0) return { ...viewShipped(shipped), text: shipped.text };
  const [row] = await findRuleSetVersions(db, [version]);
  return row && { ...viewVersion(row), text: row.text };
};
