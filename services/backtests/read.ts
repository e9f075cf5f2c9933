import type { Backtest } from '../../contracts/v1/backtests.js';
import { findBacktest, findBacktestResult } from '../../db/backtests.js';
import type { Queryable } from '../../db/pool.js';
import { hintOf } from '../../domain/backtest/hint.js';
import { summaryOf } from './view.js';

/** A backtest with its result; undefined when there is none. Throws `TemporarilyUnavailable`. */
export const readBacktest = async (
  db: Queryable,
  backtestId: string,
): Promise<Backtest | undefined> => {
  const row = await findBacktest(db, backtestId);
  if (row === undefined) return undefined;
  const result = row.state === 'done' ? await findBacktestResult(db, backtestId) : null;
  const hint = result === null ? null : hintOf(result, row.request.facts);
  return { ...summaryOf(row), result, hint };
};
