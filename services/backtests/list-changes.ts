import { z } from 'zod';
import { storableText } from '../../contracts/faults.js';
import type { Outcome } from '../../contracts/hbc/decision.js';
import type { BacktestChange } from '../../contracts/v1/backtests.js';
import { listChanges } from '../../db/backtest-changes.js';
import { findBacktest } from '../../db/backtests.js';
import type { Queryable } from '../../db/pool.js';
import { printCursor, readCursor } from '../cursor.js';

const ChangePlace = z.object({ transactionId: storableText('id') });

/** The place that a `nextCursor` stands for; undefined when it is not one. */
export const readChangeCursor = (cursor: string): string | undefined =>
  readCursor(ChangePlace, cursor)?.transactionId;

export interface ChangesToList {
  readonly backtestId: string;
  readonly was?: Outcome | undefined;
  readonly would?: Outcome | undefined;
  readonly after: string | undefined;
  readonly limit: number;
}

/**
 * One page of the orders that come out otherwise, by transaction id; those that are found while
 * it runs appear as they are found. Undefined for an unknown backtest. Throws
 * `TemporarilyUnavailable`.
 */
export const listBacktestChanges = async (
  db: Queryable,
  { backtestId, was, would, after = '', limit }: ChangesToList,
): Promise<{ changes: BacktestChange[]; nextCursor: string | null } | undefined> => {
  if ((await findBacktest(db, backtestId)) === undefined) return undefined;
  const rows = await listChanges(db, backtestId, { was, would, after, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    changes: page.map((change) => ({
      ...change,
      link: `/transaction/${encodeURIComponent(change.transactionId)}`,
    })),
    nextCursor: last ? printCursor({ transactionId: last.transactionId }) : null,
  };
};
