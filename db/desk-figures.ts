import { z } from 'zod';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

/** What counts as decided: it stands, or it waits to be applied. */
const stands = `('awaiting_second', 'pending', 'applying', 'applied')`;

/** A part of the time up to `to`. */
export interface FigurePeriod {
  readonly days: number;
  /** Inclusive. */
  readonly from: Date;
}

/** Whose figures, and of which time. */
interface FigureQuery {
  /** Null for everybody. */
  readonly reviewer: string | null;
  readonly periods: readonly FigurePeriod[];
  /** Inclusive: the instant of the call. */
  readonly to: Date;
}

const count = z.string().transform(Number);
/** Median and 90th percentile in seconds; null when there is none to take it of. */
const spread = z.array(z.number()).length(2).nullable();

const DecidedRow = z.object({
  reviewer: z.string(),
  days: z.int(),
  accepted: count,
  rejected: count,
  confirmed: count,
  undone: count,
  overtaken: count,
  late: count,
  claimed: count,
  from_claim: spread,
  opened: count,
  from_opening: spread,
  accepted_honest: count,
  accepted_fraud: count,
  rejected_honest: count,
  rejected_fraud: count,
});
export type DecidedRow = z.output<typeof DecidedRow>;

const spreadOf = (since: string): string => `percentile_cont(array[0.5, 0.9]) within group (
    order by extract(epoch from a.at - a.${since})) filter (where a.stands)`;

const labelledAs = (outcome: string, became: string): string =>
  `count(*) filter (where a.stands and a.outcome = '${outcome}' and l.became = '${became}')`;

/** A row for who decided and one for who confirmed, from `$3` to `$4`, of `$5` or everybody. */
const actsText = (isOne: boolean): string => `
  select decided_by as reviewer, decided_at as at, false as is_second, case_id, outcome, state,
    state in ${stands} as stands, claimed_at, opened_at, due_at
  from case_decisions where decided_at >= $3 and decided_at <= $4
    ${isOne ? 'and decided_by = $5' : ''}
  union all
  select confirmed_by, confirmed_at, true, case_id, outcome, state, state in ${stands},
    confirm_claimed_at, opened_at, due_at
  from case_decisions where confirmed_at >= $3 and confirmed_at <= $4
    ${isOne ? 'and confirmed_by = $5' : ''}`;

/**
 * The label of a case that counts now, if it was stated since the first decision: no label of
 * before is read. A dispute says nothing about fraud.
 */
const labelledText = `
  select c.case_id, l.said_at, case l.kind when 'good' then 'honest' else 'fraud' end as became
  from (
    select distinct on (transaction_id) transaction_id, said_at, kind from labels
    where withdrawn_at is null and said_at >= $3 order by transaction_id, position desc
  ) l join cases c using (transaction_id) where l.kind <> 'dispute'`;

/** The statement of the figures; exported for the test of its plan. */
export const decidedText = (isOne: boolean): string => `
  with periods as (
    select days, from_at from unnest($1::integer[], $2::timestamptz[]) as p(days, from_at)
  ), labelled as materialized (${labelledText}
  ), acts as materialized (${actsText(isOne)}
  )
  select a.reviewer, p.days,
    count(*) filter (where a.stands and a.outcome = 'accept') as accepted,
    count(*) filter (where a.stands and a.outcome = 'reject') as rejected,
    count(*) filter (where a.stands and a.is_second) as confirmed,
    count(*) filter (where a.state = 'undone') as undone,
    count(*) filter (where a.state in ('replaced', 'failed')) as overtaken,
    count(*) filter (where a.stands and a.at > a.due_at) as late,
    count(a.claimed_at) filter (where a.stands) as claimed,
    ${spreadOf('claimed_at')} as from_claim,
    count(a.opened_at) filter (where a.stands) as opened,
    ${spreadOf('opened_at')} as from_opening,
    ${labelledAs('accept', 'honest')} as accepted_honest,
    ${labelledAs('accept', 'fraud')} as accepted_fraud,
    ${labelledAs('reject', 'honest')} as rejected_honest,
    ${labelledAs('reject', 'fraud')} as rejected_fraud
  from acts a join periods p on a.at >= p.from_at
  left join labelled l on l.case_id = a.case_id and l.said_at >= a.at
  group by a.reviewer, p.days`;

/** The values of a statement whose `$5` is the reviewer, if there is one. */
const valuesOf = ({ reviewer, periods, to }: FigureQuery): unknown[] => [
  periods.map(({ days }) => days),
  periods.map(({ from }) => from),
  new Date(Math.min(...periods.map(({ from }) => from.getTime()))),
  to,
  ...(reviewer === null ? [] : [reviewer]),
];

/** What each reviewer decided in each period, in one statement; without those who did nothing. */
export const countDecided = async (db: Queryable, query: FigureQuery): Promise<DecidedRow[]> => {
  const { rows } = await reached(db.query(decidedText(query.reviewer !== null), valuesOf(query)));
  return parseRows(DecidedRow, rows);
};

const EscalatedRow = z.object({ reviewer: z.string(), days: z.int(), cases: count });

/** How many cases each reviewer escalated in each period. */
export const countEscalated = async (
  db: Queryable,
  query: FigureQuery,
): Promise<z.output<typeof EscalatedRow>[]> => {
  const { rows } = await reached(
    db.query(
      `select n.written_by as reviewer, p.days, count(distinct n.case_id) as cases
        from case_notes n
        join unnest($1::integer[], $2::timestamptz[]) as p(days, from_at)
          on n.written_at >= p.from_at
        where n.kind = 'escalation' and n.written_at >= $3 and n.written_at <= $4
          ${query.reviewer === null ? '' : 'and n.written_by = $5'}
        group by n.written_by, p.days`,
      valuesOf(query),
    ),
  );
  return parseRows(EscalatedRow, rows);
};

/** How many decisions of somebody stand that they made or confirmed since an instant. */
export const countDecidedSince = async (
  db: Queryable,
  reviewer: string,
  since: Date,
): Promise<number> => {
  const { rows } = await reached(
    db.query({
      name: 'count-decided-since',
      text: `select (
          (select count(*) from case_decisions
            where decided_by = $1 and decided_at >= $2 and state in ${stands})
          + (select count(*) from case_decisions
            where confirmed_by = $1 and confirmed_at >= $2 and state in ${stands})
        )::integer as decided`,
      values: [reviewer, since],
    }),
  );
  return z.object({ decided: z.int() }).parse(rows[0]).decided;
};
