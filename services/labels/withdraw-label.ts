import type { Label } from '../../contracts/v1/labels.js';
import { insertAudit } from '../../db/audit.js';
import { findLabels, lockLabels, withdrawLabel as markWithdrawn } from '../../db/labels.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import type { Actor } from '../ports.js';
import { showLabel } from './show-label.js';

/**
 * Withdraws a statement, with an audit row: it is kept and no longer counts, and the one before
 * it counts again. A repeat keeps the first reason. Undefined when there is no such statement.
 * Throws `TemporarilyUnavailable`.
 */
export const withdrawLabel = async (
  pool: Pool,
  actor: Actor,
  { labelId, reason, now }: { labelId: string; reason: string; now: Date },
): Promise<Label | undefined> =>
  inTransaction(pool, async (db) => {
    await lockLabels(db);
    const withdrawal = { labelId, by: actor.name, at: now, reason: maskReason(reason) };
    const isNew = await markWithdrawn(db, withdrawal);
    const [row] = await findLabels(db, [labelId]);
    if (row === undefined) return undefined;
    if (isNew) {
      await insertAudit(db, {
        actor: actor.name,
        action: 'label.withdrawn',
        object: row.transaction_id,
        details: { labelId, kind: row.kind },
        at: now,
      });
    }
    return showLabel(row);
  });
