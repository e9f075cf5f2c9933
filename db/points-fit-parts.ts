import { z } from 'zod';
import type { PatternCounts } from '../domain/fit/patterns.js';
import type { SampledCounts } from '../domain/fit/sampled.js';
import { type SourceRange, StoredRange } from './backtest-source.js';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

/** What the orders of a part come to. */
export interface FitPartCounts {
  readonly patterns: PatternCounts;
  /** Orders without a decision. */
  readonly undecided: number;
  /** Orders whose decision lacks a fact that a rule reads. */
  readonly notEvaluable: number;
  /** Absent in counts of earlier releases. */
  readonly sampled?: SampledCounts;
}

/** Stores the planned parts unless they exist. A part without counts is not done. */
export const insertFitParts = async (
  db: Queryable,
  fitId: string,
  ranges: readonly SourceRange[],
): Promise<void> => {
  const parts = ranges.map((range, part) => ({ part, range }));
  await reached(
    db.query({
      name: 'insert-points-fit-parts',
      text: `insert into points_fit_parts (fit_id, part, range)
        select $1, part, range
        from jsonb_to_recordset($2) as planned(part integer, range jsonb)
        on conflict do nothing`,
      values: [fitId, toJson(parts)],
    }),
  );
};

const RangeRow = z.object({ range: StoredRange });

/** The range of a part of a running fit that is not done; undefined when there is nothing to do. */
export const findOpenFitPart = async (
  db: Queryable,
  fitId: string,
  part: number,
): Promise<SourceRange | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-points-fit-part',
      text: `select range from points_fit_parts join points_fits using (fit_id)
        where fit_id = $1 and part = $2 and counts is null and state = 'running'`,
      values: [fitId, part],
    }),
  );
  return parseRow(RangeRow, rows)?.range;
};

/** Stores the counts of a part unless they are stored: a part that runs twice counts once. */
export const saveFitPart = async (
  db: Queryable,
  fitId: string,
  part: number,
  counts: FitPartCounts,
): Promise<void> => {
  await reached(
    db.query({
      name: 'save-points-fit-part',
      text: `update points_fit_parts set counts = $3, done_at = now()
        where fit_id = $1 and part = $2 and counts is null`,
      values: [fitId, part, toJson(counts)],
    }),
  );
};

/** Only this program writes counts. */
const CountsRow = z.object({
  counts: z.custom<FitPartCounts | null>((value) => typeof value === 'object'),
});

/** The counts of some parts from number `from` on; null for a part that is not done. */
export const listFitPartCounts = async (
  db: Queryable,
  fitId: string,
  from: number,
  limit: number,
): Promise<(FitPartCounts | null)[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-points-fit-counts',
      text: `select counts from points_fit_parts
        where fit_id = $1 and part >= $2 order by part limit $3`,
      values: [fitId, from, limit],
    }),
  );
  return parseRows(CountsRow, rows).map(({ counts }) => counts);
};
