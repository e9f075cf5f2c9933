import type { RuleSetDraftText } from '../../contracts/v1/rule-sets.js';
import { findDraft } from '../../db/rule-set-drafts.js';
import type { CheckDeps } from './find-problems.js';
import { viewDraftText } from './view-draft.js';

/** One draft, in whatever state; undefined when there is none. Throws `TemporarilyUnavailable`. */
export const readDraft = async (
  deps: CheckDeps,
  draftId: string,
): Promise<RuleSetDraftText | undefined> => {
  const row = await findDraft(deps.db, draftId);
  return row && viewDraftText(deps, row);
};
