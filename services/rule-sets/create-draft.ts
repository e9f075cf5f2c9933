import { randomUUID } from 'node:crypto';
import type {
  NewRuleSetDraft,
  RuleSetDraftText,
  RuleTextProblem,
} from '../../contracts/v1/rule-sets.js';
import { insertAudit } from '../../db/audit.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { type DraftTextRow, insertDraft } from '../../db/rule-set-drafts.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import type { Actor } from '../ports.js';
import { findCardNumbers } from './find-card-numbers.js';
import type { CheckDeps } from './find-problems.js';
import { findTextInForce } from './read-in-force.js';
import type { ShippedRules } from './read-shipped.js';
import { viewDraftText } from './view-draft.js';

export type CreatedDraft =
  | { readonly kind: 'created'; readonly draft: RuleSetDraftText }
  /** The text holds what is never kept in clear. */
  | { readonly kind: 'unkeepable'; readonly problems: readonly RuleTextProblem[] };

/**
 * Begins a draft, with the text in force unless another one is given. A text with problems is kept:
 * it is a draft. Throws `TemporarilyUnavailable`.
 */
export const createDraft = async (
  deps: { readonly pool: Pool; readonly shipped: ShippedRules } & Pick<CheckDeps, 'guard'>,
  actor: Actor,
  { name, text }: NewRuleSetDraft,
  now: Date,
): Promise<CreatedDraft> => {
  const problems = findCardNumbers(text ?? '');
  if (problems.length > 0) return { kind: 'unkeepable', problems };
  const row = await inTransaction(deps.pool, async (db) => {
    const inForce = await findTextInForce(db, deps.shipped);
    const draft: DraftTextRow = {
      draft_id: randomUUID(),
      name: maskReason(name),
      revision: 1,
      base_version: inForce.version,
      state: 'open',
      editors: [actor.name],
      created_at: now,
      updated_at: now,
      text: text ?? inForce.text,
      base_text: inForce.version === 0 ? inForce.text : null,
    };
    await insertDraft(db, draft);
    await insertAudit(db, {
      actor: actor.name,
      action: 'rule_set.draft_created',
      object: `rule-set-draft:${draft.draft_id}`,
      details: { name: draft.name, baseVersion: draft.base_version },
      at: now,
    });
    return draft;
  });
  return { kind: 'created', draft: await viewDraftText({ ...deps, db: deps.pool }, row) };
};
