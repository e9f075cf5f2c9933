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

const hourMs = 3_600_000;

/** Instants are compared: to work out how many hours each is away takes far longer. */
const cell = `cardinality($1::timestamptz[]) - width_bucket(c.opened_at, $1::timestamptz[]) as age,
  width_bucket(c.due_at, $2::timestamptz[]) as due`;

/** Both ascend. A case of exactly an hour has reached the limit of an hour. */
const valuesOf = (now: Date, { ageHours, dueHours }: DeskLimits): Date[][] => {
  const nowMs = now.getTime();
  return [
    ageHours.toReversed().map((hours) => new Date(nowMs - hours * hourMs + 1)),
    dueHours.map((hours) => new Date(nowMs + hours * hourMs)),
  ];
};

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
        where c.status = 'open' and c.claimed_by is not null and c.claim_until > $3
          ${reviewer === null ? '' : 'and c.claimed_by = $4'}
        group by 1, 2, 3`,
      [...valuesOf(now, limits), now, ...(reviewer === null ? [] : [reviewer])],
    ),
  );
  return parseRows(CellRow, rows);
};
