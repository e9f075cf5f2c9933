import type {
  RuleSetDraftChange,
  RuleSetDraftText,
  RuleTextProblem,
} from '../../contracts/v1/rule-sets.js';
import { insertAudit } from '../../db/audit.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { type DraftTextRow, lockDraft, updateDraft } from '../../db/rule-set-drafts.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import { later } from '../later.js';
import type { Actor } from '../ports.js';
import { findCardNumbers } from './find-card-numbers.js';
import type { CheckDeps } from './find-problems.js';
import { viewDraftText } from './view-draft.js';

export interface DraftToChange {
  readonly draftId: string;
  readonly change: RuleSetDraftChange;
  readonly now: Date;
}

export type ChangedDraft =
  | { readonly kind: 'changed'; readonly draft: RuleSetDraftText }
  | { readonly kind: 'unkeepable'; readonly problems: readonly RuleTextProblem[] }
  /** It is not there, was published or discarded, or somebody else has changed it. */
  | { readonly kind: 'unknown' | 'closed' | 'revision_conflict' };

type Written = { readonly row: DraftTextRow } | { readonly kind: 'revision_conflict' | 'closed' };

const apply = (draft: DraftTextRow, actor: Actor, { change, now }: DraftToChange): Written => {
  if (draft.state !== 'open') return { kind: 'closed' };
  if (draft.revision !== change.revision) return { kind: 'revision_conflict' };
  const name = change.name === undefined ? draft.name : maskReason(change.name);
  if (name === draft.name && change.text === draft.text) return { row: draft };
  const others = draft.editors.filter((editor) => editor !== actor.name);
  return {
    row: {
      ...draft,
      name,
      text: change.text,
      revision: draft.revision + 1,
      editors: [...others, actor.name],
      updated_at: later(now, draft.updated_at),
    },
  };
};

/**
 * Writes a draft anew; the writer becomes one of its editors. The same text and name again change
 * nothing. Throws `TemporarilyUnavailable`.
 */
export const changeDraft = async (
  { pool, guard }: { readonly pool: Pool } & Pick<CheckDeps, 'guard'>,
  actor: Actor,
  given: DraftToChange,
): Promise<ChangedDraft> => {
  const { draftId, change } = given;
  const problems = findCardNumbers(change.text);
  if (problems.length > 0) return { kind: 'unkeepable', problems };
  const written = await inTransaction(pool, async (db) => {
    const draft = await lockDraft(db, draftId);
    if (draft === undefined) return undefined;
    const applied = apply(draft, actor, given);
    if (!('row' in applied) || applied.row === draft) return applied;
    await updateDraft(db, applied.row);
    await insertAudit(db, {
      actor: actor.name,
      action: 'rule_set.draft_changed',
      object: `rule-set-draft:${draftId}`,
      details: { name: applied.row.name, revision: applied.row.revision },
      at: applied.row.updated_at,
    });
    return applied;
  });
  if (written === undefined) return { kind: 'unknown' };
  if (!('row' in written)) return written;
  return { kind: 'changed', draft: await viewDraftText({ db: pool, guard }, written.row) };
};
