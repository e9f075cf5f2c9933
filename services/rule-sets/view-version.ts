import type { RuleSetVersion } from '../../contracts/v1/rule-sets.js';
import type { VersionRow } from '../../db/rule-sets.js';
import type { ShippedRules } from './read-shipped.js';

/** A stored version as callers see it. */
export const viewVersion = (row: VersionRow): RuleSetVersion => ({
  version: row.version,
  hash: row.hash,
  note: row.note,
  author: row.author,
  draftId: row.draft_id,
  createdAt: row.created_at.toISOString(),
});

/** Version 0: the file that this release ships. */
export const viewShipped = ({ ruleSet }: ShippedRules): RuleSetVersion => ({
  version: 0,
  hash: ruleSet.hash,
  note: '',
  author: null,
  draftId: null,
  createdAt: null,
});
