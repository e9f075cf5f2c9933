import type { DraftState, RuleSetDraft } from '../../contracts/v1/rule-sets.js';
import type { Queryable } from '../../db/pool.js';
import { listDraftRows } from '../../db/rule-set-drafts.js';
import { viewDraft } from './view-draft.js';

/** Drafts in one state, the latest changed first. Throws `TemporarilyUnavailable`. */
export const listDrafts = async (db: Queryable, state: DraftState): Promise<RuleSetDraft[]> =>
  (await listDraftRows(db, state)).map(viewDraft);
