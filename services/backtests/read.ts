import { z } from 'zod';
import { storableText } from '../../contracts/faults.js';
import type { Outcome } from '../../contracts/hbc/decision.js';
import type { Backtest, BacktestChange, BacktestSummary } from '../../contracts/v1/backtests.js';
import { listChanges } from '../../db/backtest-changes.js';
import {
  type BacktestPlace,
  type BacktestRow,
  findBacktest,
  findBacktestResult,
  listBacktests as listRows,
} from '../../db/backtests.js';
import { hintOf } from '../../domain/backtest/hint.js';
import type { Context } from '../context.js';
import { printCursor, readCursor } from '../cursor.js';

const definedOnly = ({ draftId, revision, version }: BacktestRow['source']) => ({
  ...(draftId !== undefined && { draftId }),
  ...(revision !== undefined && { revision }),
  ...(version !== undefined && { version }),
});

/** A backtest as callers see it, without its result. */
export const summaryOf = (row: BacktestRow): BacktestSummary => ({
  backtestId: row.backtest_id,
  state: row.state,
  source: definedOnly(row.source),
  ruleSetHash: row.hash,
  from: row.request.from.toISOString(),
  to: row.request.to.toISOString(),
  banner: row.request.banner,
  facts: row.request.facts,
  note: row.request.note,
  author: row.author,
  progress: row.progress,
  createdAt: row.created_at.toISOString(),
  finishedAt: row.finished_at?.toISOString() ?? null,
});

const ListPlace = z.object({
  createdAt: z.iso.datetime().transform((text) => new Date(text)),
  backtestId: z.uuid(),
});

/** Decodes a cursor of an earlier page; undefined when it is invalid. */
export const readBacktestCursor = (cursor: string): BacktestPlace | undefined =>
  readCursor(ListPlace, cursor);

/** One page of backtests, latest first. */
export const listBacktests = async (
  { db }: Context,
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

/** A backtest with its result; undefined when there is none. */
export const readBacktest = async (
  { db }: Context,
  backtestId: string,
): Promise<Backtest | undefined> => {
  const row = await findBacktest(db, backtestId);
  if (row === undefined) return undefined;
  const result = row.state === 'done' ? await findBacktestResult(db, backtestId) : null;
  const hint = result === null ? null : hintOf(result, row.request.facts);
  return { ...summaryOf(row), result, hint };
};

const ChangePlace = z.object({ transactionId: storableText('id') });

/** Decodes a cursor of an earlier page; undefined when it is invalid. */
export const readChangeCursor = (cursor: string): string | undefined =>
  readCursor(ChangePlace, cursor)?.transactionId;

interface ChangesToList {
  readonly backtestId: string;
  readonly was?: Outcome | undefined;
  readonly would?: Outcome | undefined;
  readonly after: string | undefined;
  readonly limit: number;
}

/**
 * One page of the orders with another outcome, by transaction id. While the backtest runs, the list
 * grows. Undefined for an unknown backtest.
 */
export const listBacktestChanges = async (
  { db }: Context,
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
