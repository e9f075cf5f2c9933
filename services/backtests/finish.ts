import { insertAudit } from '../../db/audit.js';
import { listPartSums } from '../../db/backtest-parts.js';
import { endBacktest as endRow, findBacktest } from '../../db/backtests.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import { reportOf } from '../../domain/backtest/report.js';
import { addSums, noSums, type Sums } from '../../domain/backtest/sums.js';
import { system } from '../ports.js';

/** Parts that are read at a time: orders are answered in between. */
const pageSize = 20;

const sumAll = async (db: Queryable, backtestId: string): Promise<Sums> => {
  let all = noSums;
  for (let from = 0; ; from += pageSize) {
    const rows = await listPartSums(db, backtestId, from, pageSize);
    for (const { sums } of rows) {
      if (sums === null) throw new Error('a part of the backtest is not done');
      all = addSums(all, sums);
    }
    if (rows.length < pageSize) return all;
  }
};

/**
 * Adds up the parts of a backtest and stores what they come to; one that has ended is left as it
 * is. Throws when a part is not done, and `TemporarilyUnavailable`.
 */
export const finishBacktest = async (pool: Pool, backtestId: string, now: Date): Promise<void> => {
  const row = await findBacktest(pool, backtestId);
  if (row === undefined || row.state !== 'running') return;
  const sums = await sumAll(pool, backtestId);
  const result = reportOf(sums, row.request.facts === 'recomputed');
  await inTransaction(pool, async (db) => {
    const ended = await endRow(db, backtestId, { state: 'done', result, at: now });
    if (!ended) return;
    await insertAudit(db, {
      actor: system.name,
      action: 'backtest.done',
      object: `backtest:${backtestId}`,
      details: { orders: result.orders, changes: result.changes.orders },
      at: now,
    });
  });
};
