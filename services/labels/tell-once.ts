import { insertAudit } from '../../db/audit.js';
import { lockUntold } from '../../db/label-feedback.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { system } from '../ports.js';
import { markTold } from './mark-told.js';

/** `later`: it is to be tried again. */
export type Telling = 'told' | 'given_up' | 'later';

/**
 * Has Sardine told of a chargeback and notes what came of it, in the order's timeline too. While
 * one caller tells, no other one does; `elsewhere` when another one does or has done so. A crash
 * in between tells it again, under the same id. Throws what `tell` throws, and
 * `TemporarilyUnavailable`.
 */
export const tellOnce = (
  { pool, now }: { readonly pool: Pool; readonly now: () => Date },
  { labelId, transactionId }: { readonly labelId: string; readonly transactionId: string },
  tell: () => Promise<Telling>,
): Promise<Telling | 'elsewhere'> =>
  inTransaction(pool, async (db) => {
    if (!(await lockUntold(db, labelId))) return 'elsewhere';
    const result = await tell();
    if (result === 'told') await markTold(pool, { labelId, transactionId, now: now() });
    if (result === 'given_up') {
      await insertAudit(pool, {
        actor: system.name,
        action: 'label.given_up',
        object: transactionId,
        details: { labelId, partner: 'sardine' },
        at: now(),
      });
    }
    return result;
  });
