import type { Queryable } from '../../db/pool.js';
import type { DraftTextRow } from '../../db/rule-set-drafts.js';
import { findVersionOfDraft, insertRuleSetVersion } from '../../db/rule-sets.js';

export interface NumberedDraft {
  readonly version: number;
  /** False when this text of the draft had its number already, from a trial. */
  readonly isNew: boolean;
}

/**
 * Makes a version of a draft's text as it stands. Call it under `lockRuleSets` with a text that was
 * checked. Throws `TemporarilyUnavailable`.
 */
export const numberDraft = async (
  db: Queryable,
  draft: DraftTextRow,
  { hash, note, now }: { readonly hash: string; readonly note: string; readonly now: Date },
): Promise<NumberedDraft> => {
  const latest = await findVersionOfDraft(db, draft.draft_id);
  if (latest?.text === draft.text && latest.base_version === draft.base_version) {
    return { version: latest.version, isNew: false };
  }
  const version = await insertRuleSetVersion(db, {
    text: draft.text,
    hash,
    note,
    author: draft.editors.at(-1) ?? '',
    draft_id: draft.draft_id,
    created_at: now,
    base_version: draft.base_version,
  });
  return { version, isNew: true };
};
