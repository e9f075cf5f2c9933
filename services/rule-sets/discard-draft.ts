import type { RuleSetDraft } from '../../contracts/v1/rule-sets.js';
import { insertAudit } from '../../db/audit.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { lockDraft, updateDraft } from '../../db/rule-set-drafts.js';
import { later } from '../later.js';
import type { Actor } from '../ports.js';
import { viewDraft } from './view-draft.js';

export type DiscardedDraft =
  | { readonly kind: 'discarded'; readonly draft: RuleSetDraft }
  | { readonly kind: 'unknown' | 'published' };

/**
 * Discards a draft: it is kept and no longer changed. One that was discarded before stays as it is.
 * Throws `TemporarilyUnavailable`.
 */
export const discardDraft = async (
  pool: Pool,
  actor: Actor,
  draftId: string,
  now: Date,
): Promise<DiscardedDraft> =>
  inTransaction(pool, async (db) => {
    const draft = await lockDraft(db, draftId);
    if (draft === undefined) return { kind: 'unknown' };
    if (draft.state === 'published') return { kind: 'published' };
    if (draft.state === 'discarded') return { kind: 'discarded', draft: viewDraft(draft) };
    const row = { ...draft, state: 'discarded' as const, updated_at: later(now, draft.updated_at) };
    await updateDraft(db, row);
    await insertAudit(db, {
      actor: actor.name,
      action: 'rule_set.draft_discarded',
      object: `rule-set-draft:${draftId}`,
      details: { name: draft.name },
      at: row.updated_at,
    });
    return { kind: 'discarded', draft: viewDraft(row) };
  });
