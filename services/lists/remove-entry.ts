import type { ListEntry } from '../../contracts/v1/lists.js';
import { insertAudit } from '../../db/audit.js';
import { findEntry, removeEntry as removeRow } from '../../db/list-entries.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import type { Actor } from '../ports.js';
import { viewEntry } from './view-entry.js';

export interface EntryToRemove {
  readonly list: string;
  readonly entryId: string;
  /** Why, for the audit trail. */
  readonly reason: string;
}

/**
 * Removes an entry: it is kept, with who removed it and when, and matches no order received from
 * then on. One that was removed before is answered as it stands; undefined when there is none.
 * Throws `TemporarilyUnavailable`.
 */
export const removeEntry = async (
  pool: Pool,
  actor: Actor,
  { list, entryId, reason }: EntryToRemove,
): Promise<ListEntry | undefined> =>
  inTransaction(pool, async (db) => {
    const removed = await removeRow(db, list, entryId, actor.name);
    if (removed === undefined) {
      const there = await findEntry(db, list, entryId);
      return there && viewEntry(there);
    }
    await insertAudit(db, {
      actor: actor.name,
      action: 'list.entry_removed',
      object: `list:${list}`,
      details: {
        ...{ list, entryId, subjectKind: removed.subject_kind },
        reason: maskReason(reason),
      },
      at: removed.removed_at ?? removed.created_at,
    });
    return viewEntry(removed);
  });
