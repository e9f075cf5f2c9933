import type { BacktestSummary } from '../../contracts/v1/backtests.js';
import { insertAudit } from '../../db/audit.js';
import { countParts, insertParts, listPartSums } from '../../db/backtest-parts.js';
import { planParts, type SourceRange } from '../../db/backtest-source.js';
import { endBacktest as endRow, findBacktest } from '../../db/backtests.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import { reportOf } from '../../domain/backtest/report.js';
import { addSums, noSums, type Sums } from '../../domain/backtest/sums.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import { type Context, system } from '../context.js';
import { summaryOf } from './read.js';

/** A part adds six events to the workflow's history, which may have some ten thousand. */
const partsMax = 1000;

/** A part takes a second or two, so a crash costs little repeated work. */
const ordersInPart = { stored: 5000, recomputed: 500 } as const;

/**
 * Divides the period of a backtest into parts and returns their number. A divided one keeps its
 * parts; one that has ended has none.
 */
export const planBacktest = async (
  { db: pool }: Context<never, Pool>,
  backtestId: string,
): Promise<number> => {
  const row = await findBacktest(pool, backtestId);
  if (row === undefined || row.state !== 'running') return 0;
  const planned = await countParts(pool, backtestId);
  if (planned > 0) return planned;
  const { from, facts } = row.request;
  const sizeOf = (orders: number) => Math.max(ordersInPart[facts], Math.ceil(orders / partsMax));
  const bounds = await planParts(pool, row.request, sizeOf);
  const ranges = bounds.map((upTo, index): SourceRange => {
    // The empty string sorts before every id.
    const after = bounds[index - 1] ?? { receivedAt: from, transactionId: '' };
    return { after, upTo };
  });
  await insertParts(pool, backtestId, ranges);
  return countParts(pool, backtestId);
};

/** Parts read at a time, so that orders are answered in between. */
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
 * Adds up the parts of a backtest and stores the result. Does nothing when it has ended. Throws
 * when a part is not done.
 */
export const finishBacktest = async (
  { db: pool, now }: Context<'now', Pool>,
  backtestId: string,
): Promise<void> => {
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

interface BacktestToEnd {
  readonly backtestId: string;
  readonly state: 'cancelled' | 'failed';
  /** The reason for the audit trail. */
  readonly note?: string;
}

/**
 * Ends a running backtest before it is done; its partial results are never shown. One that has
 * ended stays as it is. Returns its present state, or undefined when there is none.
 */
export const endBacktest = (
  { db: pool, actor, now }: Context<'actor' | 'now', Pool>,
  { backtestId, state, note = '' }: BacktestToEnd,
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
