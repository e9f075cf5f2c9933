import { z } from 'zod';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

/** A number of open cases of one age and one time to their deadline. */
const CellRow = z.object({
  /** Who holds them; null in the count of all. */
  reviewer: z.string().nullable(),
  /** How many of the age limits they have reached. */
  age: z.int(),
  /** How many of the limits of the time that is left they have; 0 for late ones. */
  due: z.int(),
  cases: z.string().transform(Number),
});
export type DeskCell = z.output<typeof CellRow>;

/** The limits between parts of the queue, ascending, in hours. */
export interface DeskLimits {
  readonly ageHours: readonly number[];
  readonly dueHours: readonly number[];
}

const hours = (text: string): string => `extract(epoch from ${text}) / 3600`;

const cell = `width_bucket(${hours('$1::timestamptz - c.opened_at')}, $2::numeric[]) as age,
  width_bucket(${hours('c.due_at - $1::timestamptz')}, $3::numeric[]) as due`;

const valuesOf = (now: Date, { ageHours, dueHours }: DeskLimits) => [now, ageHours, dueHours];

/** All open cases without those whose decision is under way, as in the queue. */
export const countOpenCases = async (
  db: Queryable,
  now: Date,
  limits: DeskLimits,
): Promise<DeskCell[]> => {
  const { rows } = await reached(
    db.query({
      name: 'count-open-cases',
      text: `select null as reviewer, ${cell}, count(*) as cases from cases c
        where c.status = 'open' and not exists (select from case_decisions d
          where d.case_id = c.case_id and d.round = c.round
            and d.state in ('pending', 'applying'))
        group by 2, 3`,
      values: valuesOf(now, limits),
    }),
  );
  return parseRows(CellRow, rows);
};

/** The open cases that each reviewer holds, or that one of them does. */
export const countHeldCases = async (
  db: Queryable,
  {
    now,
    reviewer,
    ...limits
  }: DeskLimits & { readonly now: Date; readonly reviewer: string | null },
): Promise<DeskCell[]> => {
  const { rows } = await reached(
    db.query(
      `select c.claimed_by as reviewer, ${cell}, count(*) as cases from cases c
        where c.status = 'open' and c.claimed_by is not null and c.claim_until > $1
          ${reviewer === null ? '' : 'and c.claimed_by = $4'}
        group by 1, 2, 3`,
      [...valuesOf(now, limits), ...(reviewer === null ? [] : [reviewer])],
    ),
  );
  return parseRows(CellRow, rows);
};
