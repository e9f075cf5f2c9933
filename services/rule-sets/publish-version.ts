import type { VersionPublication } from '../../contracts/v1/rule-sets.js';
import { inTransaction } from '../../db/pool.js';
import { lockRuleSets } from '../../db/rule-sets.js';
import type { Actor } from '../ports.js';
import { checkRuleText } from './check-text.js';
import { needsAnother } from './needs-another.js';
import { putInForce, type PublishDeps, type PublishedRules } from './put-in-force.js';
import { readVersion } from './read-version.js';

export interface VersionToPublish {
  readonly version: number;
  readonly publication: VersionPublication;
  readonly now: Date;
}

/**
 * Puts a version that is there in force: this is how an earlier one is gone back to. What has been
 * in force before needs no second person. A version that this release can no longer read is refused
 * with its problems. Throws `TemporarilyUnavailable`.
 */
export const publishVersion = async (
  { pool, shipped, fourEyes, guard }: PublishDeps,
  actor: Actor,
  { version, publication, now }: VersionToPublish,
): Promise<PublishedRules> => {
  const found = await readVersion(pool, shipped, version);
  if (found === undefined) return { kind: 'unknown' };
  const checked = await checkRuleText({ db: pool, guard }, found.text);
  if ('problems' in checked) return { kind: 'refused', problems: checked.problems };
  return inTransaction(pool, async (db) => {
    await lockRuleSets(db);
    if (fourEyes && (await needsAnother(db, actor, version))) return { kind: 'four_eyes' };
    const { note, expectedVersion } = publication;
    return putInForce(db, shipped, actor, {
      checked,
      note,
      expectedVersion,
      now,
      number: () => Promise.resolve(version),
    });
  });
};
