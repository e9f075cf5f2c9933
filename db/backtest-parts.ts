import { z } from 'zod';
import type { Change } from '../domain/backtest/change.js';
import type { Sums } from '../domain/backtest/sums.js';
import { type SourceRange, StoredRange } from './backtest-source.js';
import { toJson } from './json.js';
import { inTransaction, type Pool, type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

const RangeRow = z.object({ range: StoredRange, is_done: z.boolean() });

/** Stores the planned parts unless they exist. A part without sums is not done. */
export const insertParts = async (
  pool: Pool,
  backtestId: string,
  ranges: readonly SourceRange[],
): Promise<void> => {
  const parts = ranges.map((range, part) => ({ part, result: { range } }));
  await inTransaction(pool, async (db) => {
    await reached(
      db.query({
        name: 'insert-backtest-parts',
        text: `insert into backtest_parts (backtest_id, part, result)
          select $1, part, result
          from jsonb_to_recordset($2) as planned(part integer, result jsonb)
          on conflict do nothing`,
        values: [backtestId, toJson(parts)],
      }),
    );
    await reached(
      db.query({
        name: 'plan-backtest-progress',
        text: `update backtests set progress = jsonb_build_object('done', 0, 'total', $2::integer)
          where backtest_id = $1 and state = 'running' and progress ->> 'total' = '0'`,
        values: [backtestId, parts.length],
      }),
    );
  });
};

/** The number of planned parts. */
export const countParts = async (db: Queryable, backtestId: string): Promise<number> => {
  const { rows } = await reached(
    db.query({
      name: 'count-backtest-parts',
      text: 'select count(*)::integer as parts from backtest_parts where backtest_id = $1',
      values: [backtestId],
    }),
  );
  return parseRow(z.object({ parts: z.number() }), rows)?.parts ?? 0;
};

/** The range of a part that is not done; undefined when it is done or not planned. */
export const findOpenPart = async (
  db: Queryable,
  backtestId: string,
  part: number,
): Promise<SourceRange | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-backtest-part',
      text: `select result -> 'range' as range, result ? 'sums' as is_done
        from backtest_parts where backtest_id = $1 and part = $2`,
      values: [backtestId, part],
    }),
  );
  const row = parseRow(RangeRow, rows);
  return row === undefined || row.is_done ? undefined : row.range;
};

const insertChanges = async (
  db: Queryable,
  backtestId: string,
  part: number,
  changes: readonly Change[],
): Promise<void> => {
  if (changes.length === 0) return;
  const rows = changes.map((change) => {
    const { transactionId, was, would, scoreWas, scoreWould, amount, currency, ...details } =
      change;
    return {
      transaction_id: transactionId,
      was,
      would,
      score_was: scoreWas,
      score_would: scoreWould,
      amount,
      currency,
      details,
    };
  });
  await reached(
    db.query({
      name: 'insert-backtest-changes',
      text: `insert into backtest_changes (backtest_id, part, transaction_id, was, would, score_was,
          score_would, amount, currency, details)
        select $1, $2, change.* from jsonb_to_recordset($3) as change(transaction_id text, was text,
          would text, score_was integer, score_would integer, amount numeric, currency text,
          details jsonb)`,
      values: [backtestId, part, toJson(rows)],
    }),
  );
};

/**
 * Stores the result of a part, with its changes and the progress, in one database transaction,
 * unless it is stored or the backtest has ended. A part that runs twice counts once.
 */
export const savePart = async (
  pool: Pool,
  backtestId: string,
  part: number,
  { sums, changes }: { readonly sums: Sums; readonly changes: readonly Change[] },
): Promise<void> => {
  await inTransaction(pool, async (db) => {
    const { rowCount } = await reached(
      db.query({
        name: 'save-backtest-part',
        text: `update backtest_parts set result = result || jsonb_build_object('sums', $3::jsonb)
          where backtest_id = $1 and part = $2 and not result ? 'sums'
            and exists (select 1 from backtests where backtest_id = $1 and state = 'running')`,
        values: [backtestId, part, toJson(sums)],
      }),
    );
    if (rowCount !== 1) return;
    await insertChanges(db, backtestId, part, changes);
    await reached(
      db.query({
        name: 'count-backtest-progress',
        text: `update backtests set progress = jsonb_set(progress, '{done}',
          to_jsonb((progress ->> 'done')::integer + 1)) where backtest_id = $1`,
        values: [backtestId],
      }),
    );
  });
};

/** Only this program writes the sums. A part without them is not done. */
const SumsRow = z.object({
  part: z.number(),
  sums: z.custom<Sums>((value) => typeof value === 'object' && value !== null).nullable(),
});

/** The sums of some parts from number `from` on, in order; null for a part that is not done. */
export const listPartSums = async (
  db: Queryable,
  backtestId: string,
  from: number,
  limit: number,
): Promise<z.output<typeof SumsRow>[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-backtest-sums',
      text: `select part, result -> 'sums' as sums from backtest_parts
        where backtest_id = $1 and part >= $2 order by part limit $3`,
      values: [backtestId, from, limit],
    }),
  );
  return parseRows(SumsRow, rows);
};
