import type { RuleSetVersion } from '../../contracts/v1/rule-sets.js';
import type { Queryable } from '../../db/pool.js';
import { listRuleSetVersions } from '../../db/rule-sets.js';
import type { ShippedRules } from './read-shipped.js';
import { viewShipped, viewVersion } from './view-version.js';

/**
 * All versions, newest first. Last stands version 0, the shipped file as it reads now; what earlier
 * releases shipped is not kept. Throws `TemporarilyUnavailable`.
 */
export const listVersions = async (
  db: Queryable,
  shipped: ShippedRules,
): Promise<RuleSetVersion[]> => [
  ...(await listRuleSetVersions(db)).map(viewVersion),
  viewShipped(shipped),
];
