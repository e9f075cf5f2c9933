import { lockAccount, updateUndoSeconds } from '../../db/accounts.js';
import { insertAudit } from '../../db/audit.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import type { Context } from '../context.js';
import { type Account, holderOf } from './account.js';

/** Windows that an account may choose; seconds. */
export const undoSecondsChoices = [10, 20, 30, 60, 120] as const;

/**
 * How long a decision of this account can be undone; milliseconds. An account can only lengthen the
 * window of the installation, and has none where undo is off.
 */
export const undoWindowOf = (
  { undoWindowMs }: { readonly undoWindowMs: number },
  { undoSeconds }: Pick<Account, 'undoSeconds'>,
): number => (undoWindowMs === 0 ? 0 : Math.max(undoWindowMs, (undoSeconds ?? 0) * 1000));

/** Stores how long the account's decisions can be undone; null for the installation's default. */
export const setUndoWindow = (
  { db: pool, now: at }: Context<'now', Pool>,
  account: Account,
  undoSeconds: (typeof undoSecondsChoices)[number] | null,
): Promise<void> =>
  inTransaction(pool, async (db) => {
    const row = await lockAccount(db, account.name);
    if (row === undefined || row.undo_seconds === undoSeconds) return;
    await updateUndoSeconds(db, row.account_id, undoSeconds);
    await insertAudit(db, {
      ...{ actor: holderOf(account).name, action: 'account.undo_window_changed' },
      ...{ object: account.name, details: { undoSeconds }, at },
    });
  });
