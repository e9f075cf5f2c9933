import type { ListEntry } from '../../contracts/v1/lists.js';
import type { EntryRow } from '../../db/list-entries.js';

/** An entry as callers see it. */
export const viewEntry = (row: EntryRow): ListEntry => ({
  entryId: row.entry_id,
  list: row.list_name,
  kind: row.subject_kind,
  hint: row.hint,
  state: row.state,
  reason: row.reason,
  expiresAt: row.expires_at?.toISOString() ?? null,
  author: row.created_by,
  createdAt: row.created_at.toISOString(),
  removedBy: row.removed_by,
  removedAt: row.removed_at?.toISOString() ?? null,
  keyId: row.key_id,
});
