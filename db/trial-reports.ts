import { z } from 'zod';
import { outcomes } from '../contracts/hbc/decision.js';
import { banners } from '../contracts/hbc/transaction.js';
import { inTransaction, type Pool, type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';
import { countingMs, waitForCount } from './wait-for-count.js';

const outcome = z.enum(outcomes);
const count = z.string().transform(Number);
const became = z.enum(['fraud', 'good', 'dispute', 'unlabelled']);

/** Columns of a group of orders that a report counts together. */
const groupFields = {
  became,
  /** Null when the totals are not known. */
  currency: z.string().nullable(),
  orders: count,
  /** The sum of their totals in 1/10,000 of the currency. */
  units: z.string().transform(BigInt),
};

const ArmCell = z.object({
  arm: z.enum(['champion', 'challenger']),
  was: outcome,
  ending: outcome,
  ...groupFields,
  scores: count,
  errored: count,
});
export type ArmCell = z.output<typeof ArmCell>;

const ShadowCell = z.object({
  banner: z.enum(banners),
  was: outcome,
  /** Null when the orders could not be evaluated. */
  would: outcome.nullable(),
  ...groupFields,
  scores_was: count,
  scores_would: count,
  errored_was: count,
  errored_would: count,
});
export type ShadowCell = z.output<typeof ShadowCell>;

const RuleCell = z.object({
  banner: z.enum(banners),
  rule: z.string(),
  name: z.string(),
  part: z.enum(['hit', 'errored']),
  was: outcome,
  /** The outcome of the rule alone; null in a challenger. */
  alone: outcome.nullable(),
  became,
  orders: count,
});
export type RuleCell = z.output<typeof RuleCell>;

/** The evaluations of one trial, or of a version in the orders that it decided. */
export type ShadowScope =
  | { readonly by: 'trial'; readonly trialId: string }
  | { readonly by: 'version'; readonly version: number };

/** Orders decided from `from`, inclusive, to `to`, exclusive. */
export interface ReportPeriod {
  readonly from: Date;
  readonly to: Date;
}

const currentLabels = `current_labels as materialized (
    select distinct on (transaction_id) transaction_id,
      case when kind in ('good', 'dispute') then kind else 'fraud' end as became
    from labels where withdrawn_at is null order by transaction_id, position desc
  )`;

const groups = `coalesce(l.became, 'unlabelled') as became, h.currency, count(*) as orders,
    (coalesce(sum(h.amount), 0) * 10000)::bigint as units`;

const armsText = `with ${currentLabels}, said as materialized (
    select distinct on (transaction_id) transaction_id, outcome
    from verdicts where decided_at >= $2 order by transaction_id, round desc
  )
  select d.trial_arm as arm, d.outcome as was, coalesce(s.outcome, d.outcome) as ending, ${groups},
    coalesce(sum(d.total_score), 0) as scores,
    count(*) filter (where d.errored_rules <> '[]'::jsonb) as errored
  from decisions d
  left join order_history h using (transaction_id)
  left join current_labels l on l.transaction_id = d.transaction_id
  left join said s on s.transaction_id = d.transaction_id
  where d.trial_id = $1 and d.decided_at >= $2 and d.decided_at < $3
  group by 1, 2, 3, 4, 5`;

const scopeOf: Readonly<Record<ShadowScope['by'], string>> = {
  trial: 's.trial_id = $1',
  version: 's.version = $1 and d.rule_set_version = s.version',
};

const evaluatedText = (by: ShadowScope['by']): string => `evaluated as not materialized (
    select s.*, d.outcome as was, d.total_score as score_was, d.errored_rules as errored_was
    from shadow_scores s join decisions d using (transaction_id)
    where ${scopeOf[by]} and d.decided_at >= $2 and d.decided_at < $3
  )`;

const cellsText = (by: ShadowScope['by']): string => `with ${currentLabels}, ${evaluatedText(by)}
  select t.banner, e.was, e.outcome as would, ${groups},
    coalesce(sum(e.score_was), 0) as scores_was, coalesce(sum(e.total_score), 0) as scores_would,
    count(*) filter (where e.errored_was <> '[]'::jsonb) as errored_was,
    count(*) filter (where e.errored_rules <> '[]'::jsonb) as errored_would
  from evaluated e join transactions t using (transaction_id)
  left join order_history h using (transaction_id)
  left join current_labels l on l.transaction_id = e.transaction_id
  group by 1, 2, 3, 4, 5`;

const rulesText = (by: ShadowScope['by']): string => `with ${currentLabels}, ${evaluatedText(by)}
  select t.banner, found.rule ->> 'id' as rule, max(found.rule ->> 'name') as name, found.part,
    e.was, found.rule ->> 'alone' as alone, coalesce(l.became, 'unlabelled') as became,
    count(*) as orders
  from evaluated e join transactions t using (transaction_id)
  left join current_labels l on l.transaction_id = e.transaction_id
  cross join lateral (
    select 'hit' as part, rule from jsonb_array_elements(e.hits) as rule
    union all
    select 'errored', rule from jsonb_array_elements(e.errored_rules) as rule
  ) found
  where e.fault is null
  group by 1, 2, 4, 5, 6, 7`;

/** Decisions that are not dispatched yet are pending as well. */
const pendingBy = (where: string): string => `select count(*) as pending from (
    select details as shadow from due_work where consumer = 'shadow'
    union all
    select shadow from order_events e cross join jsonb_array_elements(e.details -> 'shadows') shadow
    where e.kind = 'decided' and e.dispatched_at is null
  ) pending where ${where}`;

const pendingText: Readonly<Record<ShadowScope['by'], string>> = {
  trial: pendingBy(`shadow ->> 'trialId' = $1::text`),
  version: pendingBy(`(shadow ->> 'version')::integer = $1 and shadow ->> 'trialId' is null`),
};

const ask = async (db: Queryable, text: string, values: readonly unknown[]): Promise<unknown[]> => {
  const query = { text, values: [...values], query_timeout: countingMs };
  return (await reached(db.query(query))).rows as unknown[];
};

/**
 * Counts the orders of a rollout by arm, first answer, final outcome and label. Waits while another
 * count runs. Throws `TemporarilyUnavailable` when the wait or the count takes too long.
 */
export const countArms = (
  pool: Pool,
  trialId: string,
  { from, to }: ReportPeriod,
): Promise<ArmCell[]> =>
  inTransaction(pool, async (db) => {
    await waitForCount(db, 'trial-report');
    return parseRows(ArmCell, await ask(db, armsText, [trialId, from, to]));
  });

export interface ShadowCounts {
  readonly cells: readonly ShadowCell[];
  readonly rules: readonly RuleCell[];
  readonly pending: number;
}

const PendingCount = z.object({ pending: count });

/**
 * Counts the evaluations of a trial or a version, as of one instant. Throws as `countArms` does.
 */
export const countShadow = (
  pool: Pool,
  scope: ShadowScope,
  { from, to }: ReportPeriod,
): Promise<ShadowCounts> =>
  inTransaction(pool, async (db) => {
    await reached(db.query('set transaction isolation level repeatable read, read only'));
    await waitForCount(db, 'trial-report');
    const id = scope.by === 'trial' ? scope.trialId : scope.version;
    const values = [id, from, to];
    const cells = parseRows(ShadowCell, await ask(db, cellsText(scope.by), values));
    const rules = parseRows(RuleCell, await ask(db, rulesText(scope.by), values));
    const pending = parseRow(PendingCount, await ask(db, pendingText[scope.by], [id]));
    return { cells, rules, pending: pending?.pending ?? 0 };
  });
