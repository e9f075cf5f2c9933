import type { BacktestSummary } from '../../contracts/v1/backtests.js';
import type { BacktestRow } from '../../db/backtests.js';

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
