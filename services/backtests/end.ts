import type { BacktestSummary } from '../../contracts/v1/backtests.js';
import { insertAudit } from '../../db/audit.js';
import { endBacktest as endRow, findBacktest } from '../../db/backtests.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import type { Actor } from '../ports.js';
import { summaryOf } from './view.js';

export interface BacktestToEnd {
  readonly backtestId: string;
  readonly state: 'cancelled' | 'failed';
  /** Why, for the audit trail. */
  readonly note?: string;
  readonly now: Date;
}

/**
 * Ends a backtest that runs, before it is done; what its parts have counted is never told. One
 * that has ended is left as it is. Gives it as it stands then, or undefined when there is none.
 * Throws `TemporarilyUnavailable`.
 */
export const endBacktest = (
  pool: Pool,
  actor: Actor,
  { backtestId, state, note = '', now }: BacktestToEnd,
): Promise<BacktestSummary | undefined> =>
  inTransaction(pool, async (db) => {
    const ended = await endRow(db, backtestId, { state, result: null, at: now });
    if (ended) {
      await insertAudit(db, {
        actor: actor.name,
        action: `backtest.${state}`,
        object: `backtest:${backtestId}`,
        ...(note !== '' && { details: { note: maskReason(note) } }),
        at: now,
      });
    }
    const row = await findBacktest(db, backtestId);
    return row && summaryOf(row);
  });
