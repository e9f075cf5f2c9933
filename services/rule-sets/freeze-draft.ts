import type { RuleTextProblem } from '../../contracts/v1/rule-sets.js';
import { insertAudit } from '../../db/audit.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { findDraft, lockDraft } from '../../db/rule-set-drafts.js';
import { lockRuleSets } from '../../db/rule-sets.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import type { Actor } from '../ports.js';
import { checkRuleText } from './check-text.js';
import type { CheckDeps } from './find-problems.js';
import { numberDraft } from './number-draft.js';

export interface DraftToFreeze {
  readonly draftId: string;
  readonly note: string;
  readonly now: Date;
}

export type FrozenDraft =
  | { readonly kind: 'frozen'; readonly version: number }
  /** Nothing with a problem ever gets a number. */
  | { readonly kind: 'refused'; readonly problems: readonly RuleTextProblem[] }
  /** It is not there, was published or discarded, or was changed at this moment. */
  | { readonly kind: 'unknown' | 'closed' | 'revision_conflict' };

/**
 * Makes a version of a draft without putting it in force, for a trial; the draft stays open. The
 * same text of the same draft again is the same version. Throws `TemporarilyUnavailable`.
 */
export const freezeDraft = async (
  { pool, guard }: { readonly pool: Pool } & Pick<CheckDeps, 'guard'>,
  actor: Actor,
  { draftId, note, now }: DraftToFreeze,
): Promise<FrozenDraft> => {
  const read = await findDraft(pool, draftId);
  if (read === undefined) return { kind: 'unknown' };
  if (read.state !== 'open') return { kind: 'closed' };
  const checked = await checkRuleText({ db: pool, guard }, read.text);
  if ('problems' in checked) return { kind: 'refused', problems: checked.problems };
  const { hash } = checked.ruleSet;
  return inTransaction(pool, async (db) => {
    await lockRuleSets(db);
    const draft = await lockDraft(db, draftId);
    if (draft?.state !== 'open') return { kind: 'closed' };
    if (draft.revision !== read.revision) return { kind: 'revision_conflict' };
    const masked = maskReason(note);
    const { version, isNew } = await numberDraft(db, draft, { hash, note: masked, now });
    if (isNew) {
      await insertAudit(db, {
        actor: actor.name,
        action: 'rule_set.frozen',
        object: 'rule-set',
        details: { version, hash, note: masked, draftId },
        at: now,
      });
    }
    return { kind: 'frozen', version };
  });
};
