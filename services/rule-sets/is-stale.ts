import type { Queryable } from '../../db/pool.js';
import type { DraftTextRow } from '../../db/rule-set-drafts.js';
import { findRuleSetVersions, wasPublished } from '../../db/rule-sets.js';
import type { TextInForce } from './view-in-force.js';

/** True when a draft was written on rules that are not in force: it would undo what came since. */
export const isStaleDraft = (
  draft: Pick<DraftTextRow, 'base_version' | 'base_text'>,
  { version, text }: Pick<TextInForce, 'version' | 'text'>,
): boolean =>
  draft.base_version !== version || (draft.base_text !== null && draft.base_text !== text);

/**
 * The same of a version that a trial made of a draft. One that has been in force may be gone back
 * to, whatever came since. Throws `TemporarilyUnavailable`.
 */
export const isStaleVersion = async (
  db: Queryable,
  version: number,
  inForce: Pick<TextInForce, 'version'>,
): Promise<boolean> => {
  const [row] = await findRuleSetVersions(db, [version]);
  const base = row?.base_version ?? inForce.version;
  return base !== inForce.version && !(await wasPublished(db, version));
};
