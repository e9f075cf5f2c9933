import type { VersionPublication } from '../../contracts/v1/rule-sets.js';
import { inTransaction } from '../../db/pool.js';
import { lockRuleSets } from '../../db/rule-sets.js';
import { createRuleScale } from '../confirmation/weigh-rules.js';
import type { Actor } from '../ports.js';
import { checkRuleText } from './check-text.js';
import { isStaleVersion } from './is-stale.js';
import { needsAnother } from './needs-another.js';
import { findTextInForce } from './read-in-force.js';
import { putInForce, type PublishDeps, type PublishedRules } from './put-in-force.js';
import { readVersion } from './read-version.js';

export interface VersionToPublish {
  readonly version: number;
  readonly publication: VersionPublication;
  readonly now: Date;
}

/**
 * Puts a version that is there in force: this is how an earlier one is gone back to. What has been
 * in force before needs no second person, and the one before the present no confirmation. A version
 * that this release can no longer read is refused with its problems. Throws
 * `TemporarilyUnavailable`.
 */
export const publishVersion = async (
  deps: PublishDeps,
  actor: Actor,
  { version, publication, now }: VersionToPublish,
): Promise<PublishedRules> => {
  const { pool, shipped, fourEyes, guard } = deps;
  const { note, expectedVersion, confirm } = publication;
  const found = await readVersion(pool, shipped, version);
  if (found === undefined) return { kind: 'unknown' };
  if (fourEyes && (await needsAnother(pool, actor, version))) return { kind: 'four_eyes' };
  const checked = await checkRuleText({ db: pool, guard }, found.text);
  if ('problems' in checked) return { kind: 'refused', problems: checked.problems };
  const scale = createRuleScale(deps, { checked, use: 'publication', confirm, now });
  await scale.weigh(await findTextInForce(pool, shipped));
  return inTransaction(pool, async (db) => {
    await lockRuleSets(db);
    if (fourEyes && (await needsAnother(db, actor, version))) return { kind: 'four_eyes' };
    return putInForce(db, shipped, actor, {
      ...{ checked, note, expectedVersion, now, scale },
      isStale: (inForce) => isStaleVersion(db, version, inForce),
      number: () => Promise.resolve(version),
    });
  });
};
