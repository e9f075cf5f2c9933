import { insertAudit } from '../../db/audit.js';
import type { Queryable } from '../../db/pool.js';
import { type DraftTextRow, lockDraft } from '../../db/rule-set-drafts.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import type { Actor } from '../ports.js';
import { numberDraft } from './number-draft.js';

export interface DraftToFreeze {
  /** As it was when its text was checked. */
  readonly read: DraftTextRow;
  readonly hash: string;
  readonly note: string;
  readonly now: Date;
}

/** Reads a draft anew, under its lock; or tells that it is not what was checked any more. */
export const holdDraft = async (
  db: Queryable,
  read: DraftTextRow,
): Promise<DraftTextRow | 'closed' | 'revision_conflict'> => {
  const draft = await lockDraft(db, read.draft_id);
  if (draft?.state !== 'open') return 'closed';
  return draft.revision === read.revision ? draft : 'revision_conflict';
};

/**
 * Makes a version of a checked draft without putting it in force, for a trial; the draft stays
 * open. The same text of the same draft again is the same version. Call it under `lockRuleSets` and
 * `holdDraft`, when nothing can refuse the trial any more. Throws `TemporarilyUnavailable`.
 */
export const freezeDraft = async (
  db: Queryable,
  actor: Actor,
  { read, hash, note, now }: DraftToFreeze,
): Promise<number> => {
  const masked = maskReason(note);
  const { version, isNew } = await numberDraft(db, read, { hash, note: masked, now });
  if (isNew) {
    await insertAudit(db, {
      actor: actor.name,
      action: 'rule_set.frozen',
      object: 'rule-set',
      details: { version, hash, note: masked, draftId: read.draft_id },
      at: now,
    });
  }
  return version;
};
