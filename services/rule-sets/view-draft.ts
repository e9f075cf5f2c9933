import type { RuleSetDraft, RuleSetDraftText } from '../../contracts/v1/rule-sets.js';
import type { DraftRow, DraftTextRow } from '../../db/rule-set-drafts.js';
import { type CheckDeps, findProblems } from './find-problems.js';

/** A draft as callers see it, without its text. */
export const viewDraft = (row: DraftRow): RuleSetDraft => ({
  draftId: row.draft_id,
  name: row.name,
  revision: row.revision,
  baseVersion: row.base_version,
  state: row.state,
  editors: row.editors,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});

/** A draft with its text and what is wrong with it. Throws `TemporarilyUnavailable`. */
export const viewDraftText = async (
  deps: CheckDeps,
  row: DraftTextRow,
): Promise<RuleSetDraftText> => ({
  ...viewDraft(row),
  text: row.text,
  problems: [...(await findProblems(deps, row.text))],
});
