import type { Queryable } from '../../db/pool.js';
import { findDraft } from '../../db/rule-set-drafts.js';
import { findRuleSetVersions, wasPublished } from '../../db/rule-sets.js';
import type { Actor } from '../ports.js';

/**
 * Whether, where four eyes are, somebody else must put this version to use: it has never been in
 * force, and the actor wrote in the draft that it was made of. Throws `TemporarilyUnavailable`.
 */
export const needsAnother = async (
  db: Queryable,
  actor: Actor,
  version: number,
): Promise<boolean> => {
  const [row] = await findRuleSetVersions(db, [version]);
  if (row === undefined || row.draft_id === null) return false;
  if (await wasPublished(db, version)) return false;
  const draft = await findDraft(db, row.draft_id);
  return draft?.editors.includes(actor.name) === true;
};
