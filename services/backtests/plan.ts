import { countParts, insertParts } from '../../db/backtest-parts.js';
import { planParts, type SourceRange } from '../../db/backtest-source.js';
import { findBacktest } from '../../db/backtests.js';
import type { Pool } from '../../db/pool.js';

/** The workflow's history has six events a part, and may have some ten thousand. */
const partsMax = 1000;

/** A part takes a second or two, so little is done again after a crash. */
const ordersInPart = { stored: 5000, recomputed: 500 } as const;

/**
 * Divides the period of a backtest into parts and gives their number; one that is divided already
 * stays so, and one that no longer runs has none. Throws `TemporarilyUnavailable`.
 */
export const planBacktest = async (pool: Pool, backtestId: string): Promise<number> => {
  const row = await findBacktest(pool, backtestId);
  if (row === undefined || row.state !== 'running') return 0;
  const planned = await countParts(pool, backtestId);
  if (planned > 0) return planned;
  const { from, facts } = row.request;
  const sizeOf = (orders: number) => Math.max(ordersInPart[facts], Math.ceil(orders / partsMax));
  const bounds = await planParts(pool, row.request, sizeOf);
  const ranges = bounds.map((upTo, index): SourceRange => {
    // No id comes before the empty one.
    const after = bounds[index - 1] ?? { receivedAt: from, transactionId: '' };
    return { after, upTo };
  });
  await insertParts(pool, backtestId, ranges);
  return countParts(pool, backtestId);
};
