import { z } from 'zod';
import { outcomes } from '../contracts/hbc/decision.js';
import type { PerformanceGroup } from '../contracts/v1/label-queries.js';
import type { PerformanceCell } from '../domain/labels/performance.js';
import { inTransaction, type Pool, reached } from './pool.js';
import { parseRows } from './rows.js';
import { countingMs, waitForCount } from './wait-for-count.js';

const CellRow = z.object({
  part: z.enum(['population', 'rule']),
  key: z.string(),
  name: z.string().nullable(),
  is_hit: z.boolean(),
  ending: z.enum(outcomes),
  became: z.enum(['fraud', 'good', 'dispute', 'unlabelled']),
  currency: z.string().nullable(),
  orders: z.string().transform(Number),
  units: z.string().transform(BigInt),
});

/** A cell with the latest name of its rule. */
export type NamedCell = PerformanceCell & { readonly name: string | null };

export interface PerformanceCells {
  /** Every decided order of the period, in cells of the requested group. */
  readonly population: readonly NamedCell[];
  /** Their rule hits, when grouped by rule: an order is in the cell of each of its rules. */
  readonly byRule: readonly NamedCell[];
}

export interface PerformancePeriod {
  /** When the orders were decided; inclusive. */
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
  readonly banner: string | null;
  readonly by: PerformanceGroup;
  readonly rule: string | null;
}

const keyOf: Readonly<Record<PerformanceGroup, string>> = {
  rule: `''`,
  outcome: 'j.ending',
  month: `to_char(j.decided_at at time zone 'UTC', 'YYYY-MM')`,
  rule_set: 'j.rule_set_hash',
};

/** Each decided order of the period with its final outcome and its label. */
const judged = (hasBanner: boolean): string => `
  current_labels as materialized (
    select distinct on (transaction_id) transaction_id,
      case when kind in ('good', 'dispute') then kind else 'fraud' end as became
    from labels where withdrawn_at is null order by transaction_id, position desc
  ), labelled as materialized (
    select c.transaction_id, c.became, h.currency, h.amount
    from current_labels c left join order_history h using (transaction_id)
  ), said as materialized (
    select distinct on (transaction_id) transaction_id, outcome
    from verdicts where decided_at >= $1 order by transaction_id, round desc
  ), judged as not materialized (
    select d.decided_at, d.rule_set_hash, d.hits, coalesce(s.outcome, d.outcome) as ending,
      coalesce(l.became, 'unlabelled') as became, l.currency, l.amount
    from decisions d
    ${hasBanner ? 'join transactions t using (transaction_id)' : ''}
    left join labelled l on l.transaction_id = d.transaction_id
    left join said s on s.transaction_id = d.transaction_id
    where d.decided_at >= $1 and d.decided_at < $2 and not d.is_imported
      ${hasBanner ? 'and t.banner = $4' : ''}
  )`;

const counts = `count(*) as orders, (coalesce(sum(j.amount), 0) * 10000)::bigint as units`;

const byRule = `union all
  select 'rule', hit.id, max(hit.name), true, j.ending, j.became, j.currency, ${counts}
  from judged j
  cross join lateral (
    select distinct on (one ->> 'id') one ->> 'id' as id, one ->> 'name' as name
    from jsonb_array_elements(j.hits) as one
  ) hit
  group by hit.id, j.ending, j.became, j.currency`;

/** The counting statement; without a banner it does not read transactions. */
export const performanceText = (by: PerformanceGroup, hasBanner: boolean): string =>
  `with ${judged(hasBanner)}
  select 'population' as part, ${keyOf[by]} as key, null as name,
    coalesce($3::text is not null
      and j.hits @> jsonb_build_array(jsonb_build_object('id', $3::text)), false) as is_hit,
    j.ending, j.became, j.currency, ${counts}
  from judged j group by 2, 4, 5, 6, 7
  ${by === 'rule' ? byRule : ''}`;

/**
 * Counts the decided orders of a period by final outcome, label and rule hits, in one statement, so
 * that all counts are of the same instant. Waits while another count runs. Throws
 * `TemporarilyUnavailable` when the wait or the count takes too long.
 */
export const countPerformance = async (
  pool: Pool,
  { from, to, banner, by, rule }: PerformancePeriod,
): Promise<PerformanceCells> => {
  const query = {
    text: performanceText(by, banner !== null),
    values: [from, to, rule, ...(banner === null ? [] : [banner])],
    query_timeout: countingMs,
  };
  const { rows } = await inTransaction(pool, async (db) => {
    await waitForCount(db, 'label-performance');
    return reached(db.query(query));
  });
  const cells = parseRows(CellRow, rows).map(({ is_hit: isHit, ...cell }) => ({ ...cell, isHit }));
  return {
    population: cells.filter((cell) => cell.part === 'population'),
    byRule: cells.filter((cell) => cell.part === 'rule'),
  };
};
