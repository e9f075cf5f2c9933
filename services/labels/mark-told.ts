import { insertAudit } from '../../db/audit.js';
import { setTold } from '../../db/label-feedback.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { system } from '../ports.js';

/** Notes that Sardine was told of a chargeback; true for the call that noted it. */
export const markTold = async (
  pool: Pool,
  told: { readonly labelId: string; readonly transactionId: string; readonly now: Date },
): Promise<boolean> =>
  inTransaction(pool, async (db) => {
    if (!(await setTold(db, told.labelId, told.now))) return false;
    await insertAudit(db, {
      actor: system.name,
      action: 'label.told',
      object: told.transactionId,
      details: { labelId: told.labelId, partner: 'sardine' },
      at: told.now,
    });
    return true;
  });
