import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import type { DraftRebase } from '../../contracts/v1/rule-set-changes.js';
import type { RuleSetDraftText, RuleTextProblem } from '../../contracts/v1/rule-sets.js';
import { insertAudit } from '../../db/audit.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import { type DraftTextRow, findDraft, lockDraft, updateDraft } from '../../db/rule-set-drafts.js';
import { lockRuleSets } from '../../db/rule-sets.js';
import { mergeRuleSets, mergeText } from '../../domain/rule-text/merge.js';
import { parseText } from '../../domain/rule-text/parse.js';
import { type Context, later } from '../context.js';
import type { CheckContext } from './check.js';
import { viewDraftText } from './drafts.js';
import { findTextInForce, type TextInForce } from './in-force.js';
import { isStaleDraft } from './publish.js';
import { readRuleText } from './read-text.js';
import { readVersion, type ShippedRules } from './versions.js';

interface DraftToRebase {
  readonly draftId: string;
  readonly rebase: DraftRebase;
}

export type Rebased =
  | { readonly kind: 'rebased'; readonly draft: RuleSetDraftText }
  /** Both sides changed these differently; nothing was written. */
  | { readonly kind: 'conflicts'; readonly names: readonly string[] }
  | { readonly kind: 'refused'; readonly problems: readonly RuleTextProblem[] }
  | { readonly kind: 'unknown' | 'closed' | 'revision_conflict' };

type Merged = { readonly text: string } | Extract<Rebased, { kind: 'conflicts' | 'refused' }>;

/** Throws when a text that was once in force can no longer be read. */
const contentOf = (text: string) => {
  const read = readRuleText(text);
  if ('problems' in read) throw new TemporarilyUnavailable('rule reader');
  return read.content;
};

const merge = async (
  db: Queryable,
  shipped: ShippedRules,
  { draft, inForce }: { readonly draft: DraftTextRow; readonly inForce: TextInForce },
  { choices }: DraftRebase,
): Promise<Merged> => {
  const own = readRuleText(draft.text);
  if ('problems' in own) return { kind: 'refused', problems: own.problems };
  const base = draft.base_text ?? (await readVersion({ db }, shipped, draft.base_version))?.text;
  const merged = mergeRuleSets(
    contentOf(base ?? ''),
    contentOf(inForce.text),
    own.content,
    new Map(Object.entries(choices)),
  );
  if (merged.conflicts.length > 0) return { kind: 'conflicts', names: merged.conflicts };
  if (merged.take.length === 0 && !merged.takeOrder) return { text: draft.text };
  const [document, there] = [parseText(draft.text), parseText(inForce.text)];
  if ('problems' in document) return { kind: 'refused', problems: document.problems };
  if ('problems' in there) return { kind: 'refused', problems: there.problems };
  return { text: mergeText(document.document, there.document, merged) };
};

interface MergedDraft {
  readonly draft: DraftTextRow;
  readonly inForce: TextInForce;
  readonly text: string;
}

const write = async (
  { db, actor, now }: Context<'actor' | 'now'>,
  { draft, inForce, text }: MergedDraft,
): Promise<DraftTextRow> => {
  const row: DraftTextRow = {
    ...draft,
    text,
    revision: draft.revision + 1,
    base_version: inForce.version,
    base_text: inForce.version === 0 ? inForce.text : null,
    editors: [...draft.editors.filter((editor) => editor !== actor.name), actor.name],
    updated_at: later(now, draft.updated_at),
  };
  await updateDraft(db, row);
  await insertAudit(db, {
    actor: actor.name,
    action: 'rule_set.draft_rebased',
    object: `rule-set-draft:${draft.draft_id}`,
    details: { revision: row.revision, from: draft.base_version, to: row.base_version },
    at: row.updated_at,
  });
  return row;
};

/**
 * Merges into a draft what came into force since its base, and moves its base there. A draft with
 * the present base stays as it is. The actor becomes one of its editors. Throws
 * `TemporarilyUnavailable`, also while too many texts wait to be read.
 */
export const rebaseDraft = async (
  context: CheckContext<Pool> & Context<'actor' | 'now'> & { readonly shipped: ShippedRules },
  { draftId, rebase }: DraftToRebase,
): Promise<Rebased> => {
  const { shipped } = context;
  const read = await findDraft(context.db, draftId);
  if (read === undefined) return { kind: 'unknown' };
  if (read.state !== 'open') return { kind: 'closed' };
  const answer = await context.guard.check(read.text);
  if (answer.kind === 'overloaded') throw new TemporarilyUnavailable('rule reader');
  if (answer.kind === 'refused') return answer;
  const done = await inTransaction(context.db, async (db) => {
    await lockRuleSets(db);
    const draft = await lockDraft(db, draftId);
    if (draft?.state !== 'open') return { kind: 'closed' as const };
    const revision = rebase.revision ?? read.revision;
    if (draft.revision !== revision || draft.revision !== read.revision) {
      return { kind: 'revision_conflict' as const };
    }
    const inForce = await findTextInForce({ db }, shipped);
    if (!isStaleDraft(draft, inForce)) return { row: draft };
    const merged = await merge(db, shipped, { draft, inForce }, rebase);
    if ('kind' in merged) return merged;
    return { row: await write({ ...context, db }, { draft, inForce, text: merged.text }) };
  });
  if (!('row' in done)) return done;
  return { kind: 'rebased', draft: await viewDraftText(context, done.row) };
};
