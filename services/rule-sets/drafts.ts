import { randomUUID } from 'node:crypto';
import type {
  DraftState,
  NewRuleSetDraft,
  RuleSetDraft,
  RuleSetDraftChange,
  RuleSetDraftText,
  RuleTextProblem,
} from '../../contracts/v1/rule-sets.js';
import { insertAudit } from '../../db/audit.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import {
  type DraftRow,
  type DraftTextRow,
  findDraft,
  insertDraft,
  listDraftRows,
  lockDraft,
  updateDraft,
} from '../../db/rule-set-drafts.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import { type Context, later } from '../context.js';
import { type CheckContext, findCardNumbers, findProblems } from './check.js';
import { findTextInForce } from './in-force.js';
import { numberDraft } from './publish.js';
import type { ShippedRules } from './versions.js';

/** A draft as the API shows it, without its text. */
const viewDraft = (row: DraftRow): RuleSetDraft => ({
  draftId: row.draft_id,
  name: row.name,
  revision: row.revision,
  baseVersion: row.base_version,
  state: row.state,
  editors: row.editors,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});

/** A draft with its text and its problems. */
export const viewDraftText = async (
  context: CheckContext,
  row: DraftTextRow,
): Promise<RuleSetDraftText> => ({
  ...viewDraft(row),
  text: row.text,
  problems: [...(await findProblems(context, row.text))],
});

/** Drafts in one state, latest changed first. */
export const listDrafts = async ({ db }: Context, state: DraftState): Promise<RuleSetDraft[]> =>
  (await listDraftRows(db, state)).map(viewDraft);

/** One draft in any state; undefined when there is none. */
export const readDraft = async (
  context: CheckContext,
  draftId: string,
): Promise<RuleSetDraftText | undefined> => {
  const row = await findDraft(context.db, draftId);
  return row && viewDraftText(context, row);
};

type CreatedDraft =
  | { readonly kind: 'created'; readonly draft: RuleSetDraftText }
  /** The text holds something that is never stored in clear text. */
  | { readonly kind: 'unkeepable'; readonly problems: readonly RuleTextProblem[] };

interface DraftToStore {
  readonly name: string;
  readonly text: string;
  /** The version that it was made from, with its text. */
  readonly base: { readonly version: number; readonly text: string };
}

/** Stores an open draft within the caller's database transaction. */
export const storeDraft = async (
  { db, actor, now }: Context<'actor' | 'now'>,
  { name, text, base }: DraftToStore,
): Promise<DraftTextRow> => {
  const draft: DraftTextRow = {
    draft_id: randomUUID(),
    name: maskReason(name),
    revision: 1,
    base_version: base.version,
    state: 'open',
    editors: [actor.name],
    created_at: now,
    updated_at: now,
    text,
    base_text: base.version === 0 ? base.text : null,
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
};

/** Creates a draft, by default with the text in force. A draft may have problems. */
export const createDraft = async (
  context: CheckContext<Pool> & Context<'actor' | 'now'> & { readonly shipped: ShippedRules },
  { name, text }: NewRuleSetDraft,
): Promise<CreatedDraft> => {
  const { actor, now } = context;
  const problems = findCardNumbers(text ?? '');
  if (problems.length > 0) return { kind: 'unkeepable', problems };
  const row = await inTransaction(context.db, async (db) => {
    const base = await findTextInForce({ db }, context.shipped);
    return storeDraft({ db, actor, now }, { name, text: text ?? base.text, base });
  });
  return { kind: 'created', draft: await viewDraftText(context, row) };
};

interface DraftToChange {
  readonly draftId: string;
  readonly change: RuleSetDraftChange;
}

export type ChangedDraft =
  | { readonly kind: 'changed'; readonly draft: RuleSetDraftText }
  | { readonly kind: 'unkeepable'; readonly problems: readonly RuleTextProblem[] }
  /** The draft does not exist, was published or discarded, or was changed by somebody else. */
  | { readonly kind: 'unknown' | 'closed' | 'revision_conflict' };

type Written = { readonly row: DraftTextRow } | { readonly kind: 'revision_conflict' | 'closed' };

const apply = (
  { actor, now }: Context<'actor' | 'now'>,
  draft: DraftTextRow,
  change: RuleSetDraftChange,
): Written => {
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
 * Replaces a draft's text and name. The actor becomes one of its editors. Equal text and name
 * change nothing.
 */
export const changeDraft = async (
  context: CheckContext<Pool> & Context<'actor' | 'now'>,
  { draftId, change }: DraftToChange,
): Promise<ChangedDraft> => {
  const { actor } = context;
  const problems = findCardNumbers(change.text);
  if (problems.length > 0) return { kind: 'unkeepable', problems };
  const written = await inTransaction(context.db, async (db) => {
    const draft = await lockDraft(db, draftId);
    if (draft === undefined) return undefined;
    const applied = apply(context, draft, change);
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
  return { kind: 'changed', draft: await viewDraftText(context, written.row) };
};

interface DraftToFreeze {
  /** The row whose text was checked. */
  readonly read: DraftTextRow;
  readonly hash: string;
  readonly note: string;
}

/** Locks and reads a draft again, or returns why it is no longer the one that was checked. */
export const holdDraft = async (
  { db }: Context,
  read: DraftTextRow,
): Promise<DraftTextRow | 'closed' | 'revision_conflict'> => {
  const draft = await lockDraft(db, read.draft_id);
  if (draft?.state !== 'open') return 'closed';
  return draft.revision === read.revision ? draft : 'revision_conflict';
};

/**
 * Stores a version of a checked draft for a trial, without putting it in force; the draft stays
 * open. The same text of the same draft keeps its version. Call it under `lockRuleSets` and
 * `holdDraft`, when nothing can refuse the trial any more.
 */
export const freezeDraft = async (
  { db, actor, now }: Context<'actor' | 'now'>,
  { read, hash, note }: DraftToFreeze,
): Promise<number> => {
  const masked = maskReason(note);
  const { version, isNew } = await numberDraft({ db, now }, read, { hash, note: masked });
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

type DiscardedDraft =
  | { readonly kind: 'discarded'; readonly draft: RuleSetDraft }
  | { readonly kind: 'unknown' | 'published' };

/** Discards a draft: it is kept but can no longer change. A discarded draft stays as it is. */
export const discardDraft = async (
  { db: pool, actor, now }: Context<'actor' | 'now', Pool>,
  draftId: string,
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
