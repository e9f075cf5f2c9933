import { z } from 'zod';
import { banners } from '../contracts/hbc/transaction.js';
import { type BacktestResult, backtestFacts, backtestStates } from '../contracts/v1/backtests.js';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

const Source = z.object({
  draftId: z.string().optional(),
  revision: z.number().optional(),
  version: z.number().optional(),
});

const Request = z.object({
  from: z.coerce.date(),
  to: z.coerce.date(),
  banner: z.enum(banners).nullable(),
  facts: z.enum(backtestFacts),
  note: z.string(),
});

const BacktestRow = z.object({
  backtest_id: z.string(),
  hash: z.string(),
  source: Source,
  request: Request,
  author: z.string(),
  state: z.enum(backtestStates),
  progress: z.object({ done: z.number(), total: z.number() }),
  created_at: z.date(),
  finished_at: z.date().nullable(),
});
export type BacktestRow = z.output<typeof BacktestRow>;

const columns = `backtest_id, hash, source, request, author, state, progress, created_at,
  finished_at`;

export interface NewBacktestRow {
  readonly backtestId: string;
  /** The text of the rule set. */
  readonly text: string;
  readonly hash: string;
  readonly source: z.output<typeof Source>;
  readonly request: z.output<typeof Request>;
  readonly author: string;
  readonly createdAt: Date;
}

/** Stores a backtest in the state `running`. */
export const insertBacktest = async (db: Queryable, row: NewBacktestRow): Promise<void> => {
  await reached(
    db.query({
      name: 'insert-backtest',
      text: `insert into backtests (backtest_id, text, hash, source, request, author, state,
          progress, created_at)
        values ($1, $2, $3, $4, $5, $6, 'running', '{"done":0,"total":0}', $7)`,
      values: [
        row.backtestId,
        row.text,
        row.hash,
        toJson(row.source),
        toJson(row.request),
        row.author,
        row.createdAt,
      ],
    }),
  );
};

export const findBacktest = async (
  db: Queryable,
  backtestId: string,
): Promise<BacktestRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-backtest',
      text: `select ${columns} from backtests where backtest_id = $1`,
      values: [backtestId],
    }),
  );
  return parseRow(BacktestRow, rows);
};

/** The text of a backtest's rule set. */
export const findBacktestText = async (
  db: Queryable,
  backtestId: string,
): Promise<string | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-backtest-text',
      text: 'select text from backtests where backtest_id = $1',
      values: [backtestId],
    }),
  );
  return parseRow(z.object({ text: z.string() }), rows)?.text;
};

const ResultRow = z.object({
  result: z.custom<BacktestResult | null>((value) => typeof value === 'object'),
});

/** The result of a backtest; null until it is done. */
export const findBacktestResult = async (
  db: Queryable,
  backtestId: string,
): Promise<BacktestResult | null> => {
  const { rows } = await reached(
    db.query({
      name: 'find-backtest-result',
      text: 'select result from backtests where backtest_id = $1',
      values: [backtestId],
    }),
  );
  return parseRow(ResultRow, rows)?.result ?? null;
};

/** A position in the list of backtests. */
export interface BacktestPlace {
  readonly createdAt: Date;
  readonly backtestId: string;
}

/** Backtests, latest first. */
export const listBacktests = async (
  db: Queryable,
  after: BacktestPlace | undefined,
  limit: number,
): Promise<BacktestRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-backtests',
      text: `select ${columns} from backtests
        where $1::timestamptz is null or created_at < $1
          or (created_at = $1 and backtest_id > $2::uuid)
        order by created_at desc, backtest_id limit $3`,
      values: [after?.createdAt ?? null, after?.backtestId ?? null, limit],
    }),
  );
  return parseRows(BacktestRow, rows);
};

export interface BacktestEnd {
  readonly state: 'done' | 'cancelled' | 'failed';
  readonly result: BacktestResult | null;
  readonly at: Date;
}

/** Ends a running backtest; false, without a change, when it has ended. */
export const endBacktest = async (
  db: Queryable,
  backtestId: string,
  { state, result, at }: BacktestEnd,
): Promise<boolean> => {
  const { rowCount } = await reached(
    db.query({
      name: 'end-backtest',
      text: `update backtests set state = $2, result = $3, finished_at = $4
        where backtest_id = $1 and state = 'running'`,
      values: [backtestId, state, result === null ? null : toJson(result), at],
    }),
  );
  return rowCount === 1;
};
