import { z } from 'zod';
import type { BacktestSummary } from '../../contracts/v1/backtests.js';
import { type BacktestPlace, listBacktests as listRows } from '../../db/backtests.js';
import type { Queryable } from '../../db/pool.js';
import { printCursor, readCursor } from '../cursor.js';
import { summaryOf } from './view.js';

const ListPlace = z.object({
  createdAt: z.iso.datetime().transform((text) => new Date(text)),
  backtestId: z.uuid(),
});

/** The place that a `nextCursor` stands for; undefined when it is not one. */
export const readBacktestCursor = (cursor: string): BacktestPlace | undefined =>
  readCursor(ListPlace, cursor);

/** One page of backtests, the latest first. Throws `TemporarilyUnavailable`. */
export const listBacktests = async (
  db: Queryable,
  { after, limit }: { readonly after: BacktestPlace | undefined; readonly limit: number },
): Promise<{ backtests: BacktestSummary[]; nextCursor: string | null }> => {
  const rows = await listRows(db, after, limit + 1);
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    backtests: page.map(summaryOf),
    nextCursor: last
      ? printCursor({ createdAt: last.created_at, backtestId: last.backtest_id })
      : null,
  };
};
