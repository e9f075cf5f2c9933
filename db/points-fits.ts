import { z } from 'zod';
import { banners } from '../contracts/hbc/transaction.js';
import { FitCosts, fitStates, type PointsFitResult } from '../contracts/v1/points-fits.js';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

const Request = z.object({
  from: z.coerce.date(),
  cut: z.coerce.date(),
  banner: z.enum(banners).nullable(),
  maturityDays: z.number(),
  heldOutDays: z.number(),
  costs: FitCosts,
  reviewsPerDay: z.number(),
  useVerdicts: z.boolean(),
  rejectedFraudShare: z.number(),
  note: z.string(),
});
export type FitRequest = z.output<typeof Request>;

const FitRow = z.object({
  fit_id: z.string(),
  hash: z.string(),
  base_version: z.number(),
  request: Request,
  author: z.string(),
  state: z.enum(fitStates),
  parts: z.number(),
  parts_done: z.number(),
  draft_id: z.string().nullable(),
  backtest_id: z.string().nullable(),
  created_at: z.date(),
  finished_at: z.date().nullable(),
});
export type FitRow = z.output<typeof FitRow>;

const columns = `fit_id, hash, base_version, request, author, state, draft_id, backtest_id,
  created_at, finished_at,
  (select count(*)::integer from points_fit_parts p where p.fit_id = f.fit_id) as parts,
  (select count(*)::integer from points_fit_parts p
    where p.fit_id = f.fit_id and p.counts is not null) as parts_done`;

export interface NewFitRow {
  readonly fitId: string;
  /** The rule set in force. */
  readonly text: string;
  readonly hash: string;
  readonly baseVersion: number;
  readonly request: FitRequest;
  readonly author: string;
  readonly createdAt: Date;
}

/** Stores a fit in the state `running`. */
export const insertFit = async (db: Queryable, row: NewFitRow): Promise<void> => {
  await reached(
    db.query({
      name: 'insert-points-fit',
      text: `insert into points_fits (fit_id, text, hash, base_version, request, author, state,
          created_at)
        values ($1, $2, $3, $4, $5, $6, 'running', $7)`,
      values: [
        row.fitId,
        row.text,
        row.hash,
        row.baseVersion,
        toJson(row.request),
        row.author,
        row.createdAt,
      ],
    }),
  );
};

export const findFit = async (db: Queryable, fitId: string): Promise<FitRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-points-fit',
      text: `select ${columns} from points_fits f where fit_id = $1`,
      values: [fitId],
    }),
  );
  return parseRow(FitRow, rows);
};

/** Only this program writes results. */
const TextsRow = z.object({
  text: z.string(),
  result: z.custom<PointsFitResult | null>((value) => typeof value === 'object'),
  proposed_text: z.string().nullable(),
  proposed_hash: z.string().nullable(),
});

/** The rules of a fit, and what came of it: null until it has been computed. */
export const findFitTexts = async (
  db: Queryable,
  fitId: string,
): Promise<z.output<typeof TextsRow> | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-points-fit-texts',
      text: `select text, result, proposed_text, proposed_hash from points_fits
        where fit_id = $1`,
      values: [fitId],
    }),
  );
  return parseRow(TextsRow, rows);
};

/** A position in the list of fits. */
export interface FitPlace {
  readonly createdAt: Date;
  readonly fitId: string;
}

/** Fits, latest first. */
export const listFits = async (
  db: Queryable,
  after: FitPlace | undefined,
  limit: number,
): Promise<FitRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-points-fits',
      text: `select ${columns} from points_fits f
        where $1::timestamptz is null or created_at < $1
          or (created_at = $1 and fit_id > $2::uuid)
        order by created_at desc, fit_id limit $3`,
      values: [after?.createdAt ?? null, after?.fitId ?? null, limit],
    }),
  );
  return parseRows(FitRow, rows);
};

export interface FitOutcome {
  readonly result: PointsFitResult;
  readonly proposed: { readonly text: string; readonly hash: string } | null;
}

/** Stores what came of a running fit; a repeat stores the same. */
export const saveFitOutcome = async (
  db: Queryable,
  fitId: string,
  { result, proposed }: FitOutcome,
): Promise<void> => {
  await reached(
    db.query({
      name: 'save-points-fit-outcome',
      text: `update points_fits set result = $2, proposed_text = $3, proposed_hash = $4
        where fit_id = $1 and state = 'running'`,
      values: [fitId, toJson(result), proposed?.text ?? null, proposed?.hash ?? null],
    }),
  );
};

export interface FitEnd {
  readonly state: 'done' | 'cancelled' | 'failed';
  readonly at: Date;
}

/** Ends a running fit; false, without a change, when it has ended. Locks it until the commit. */
export const endFit = async (
  db: Queryable,
  fitId: string,
  { state, at }: FitEnd,
): Promise<boolean> => {
  const { rowCount } = await reached(
    db.query({
      name: 'end-points-fit',
      text: `update points_fits set state = $2, finished_at = $3
        where fit_id = $1 and state = 'running'`,
      values: [fitId, state, at],
    }),
  );
  return rowCount === 1;
};

/** Names the draft and the backtest of a proposal. */
export const linkFit = async (
  db: Queryable,
  fitId: string,
  { draftId, backtestId }: { readonly draftId: string; readonly backtestId: string },
): Promise<void> => {
  await reached(
    db.query({
      name: 'link-points-fit',
      text: 'update points_fits set draft_id = $2, backtest_id = $3 where fit_id = $1',
      values: [fitId, draftId, backtestId],
    }),
  );
};

const StateRow = z.object({
  running: z.number(),
  progressed_at: z.date().nullable(),
  done_at: z.date().nullable(),
});
export type FitStateRow = z.output<typeof StateRow>;

/**
 * How many fits run, when the one that has stood still for longest last came further, and when the
 * latest one was done; null without any.
 */
export const readFitState = async (db: Queryable): Promise<FitStateRow> => {
  const { rows } = await reached(
    db.query({
      name: 'read-points-fit-state',
      text: `select count(*)::integer as running, min(greatest(f.created_at, last.done_at)) as
            progressed_at,
          (select max(finished_at) from points_fits where state = 'done') as done_at
        from points_fits f cross join lateral (select max(done_at) as done_at
          from points_fit_parts p where p.fit_id = f.fit_id) last
        where f.state = 'running'`,
    }),
  );
  return StateRow.parse(rows[0]);
};
