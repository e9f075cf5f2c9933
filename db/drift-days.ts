import { z } from 'zod';
import { outcomes } from '../contracts/hbc/decision.js';
import { type Banner, banners } from '../contracts/hbc/transaction.js';
import type { CountedDecision, DayCounts } from '../domain/drift/series.js';
import { withNamesOfToday } from '../domain/facts/renamed.js';
import type { FactValue } from '../domain/facts/fact-group.js';
import type { PartnerAnswer, RuleHit } from '../domain/votes.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

/** A day of a banner, in UTC. */
export interface BannerDay {
  readonly banner: Banner;
  /** `YYYY-MM-DD`. */
  readonly day: string;
}

/**
 * The ids of at most `limit` decisions of a day. Of more it is the same sample at each call,
 * independent of the time of day: those whose hash comes first.
 */
export const sampleDecisions = async (
  db: Queryable,
  { banner, day }: BannerDay,
  limit: number,
): Promise<string[]> => {
  const { rows } = await reached(
    db.query({
      name: 'sample-decisions',
      text: `select d.transaction_id from decisions d join transactions t using (transaction_id)
        where t.banner = $1 and not d.is_imported
          and d.decided_at >= $2::date::timestamp at time zone 'UTC'
          and d.decided_at < ($2::date + 1)::timestamp at time zone 'UTC'
        order by md5(d.transaction_id), d.transaction_id limit $3`,
      values: [banner, day, limit],
    }),
  );
  return parseRows(z.object({ transaction_id: z.string() }), rows).map((row) => row.transaction_id);
};

const DecisionRow = z.object({
  outcome: z.enum(outcomes),
  is_sampled: z.boolean(),
  hits: z.custom<readonly RuleHit[]>(Array.isArray),
  facts: z.record(z.string(), z.custom<FactValue>()).transform(withNamesOfToday),
  partner_answers: z.custom<readonly PartnerAnswer[]>(Array.isArray),
});

/** The UTC day of the first decision since a day (`YYYY-MM-DD`); undefined without any. */
export const findFirstDecidedDay = async (
  db: Queryable,
  since: string,
): Promise<string | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-first-decided-day',
      text: `select (decided_at at time zone 'UTC')::date::text as day from decisions
        where decided_at >= $1::date::timestamp at time zone 'UTC' and not is_imported
        order by decided_at limit 1`,
      values: [since],
    }),
  );
  return parseRow(z.object({ day: z.string() }), rows)?.day;
};

/** What is counted of these decisions. */
export const readCountedDecisions = async (
  db: Queryable,
  transactionIds: readonly string[],
): Promise<CountedDecision[]> => {
  const { rows } = await reached(
    db.query({
      name: 'read-counted-decisions',
      text: `select outcome, sampled_reject_share is not null as is_sampled, hits, facts,
          partner_answers
        from decisions
        where transaction_id = any($1)`,
      values: [transactionIds],
    }),
  );
  return parseRows(DecisionRow, rows).map(({ partner_answers, is_sampled, ...row }) => ({
    ...row,
    partnerAnswers: partner_answers,
    isSampledReject: is_sampled,
  }));
};

/** Stores or replaces the counts of a day. Those of a day that was over stay. */
export const storeDriftDay = async (
  db: Queryable,
  { banner, day }: BannerDay,
  counted: DayCounts & { readonly at: Date; readonly isOver: boolean },
): Promise<void> => {
  await reached(
    db.query({
      name: 'store-drift-day',
      text: `insert into drift_days (day, banner, orders, series, counted_at, closed_at)
        values ($1, $2, $3, $4, $5, case when $6 then $5::timestamptz end)
        on conflict (banner, day) do update set orders = excluded.orders,
          series = excluded.series, counted_at = excluded.counted_at,
          closed_at = excluded.closed_at
        where drift_days.closed_at is null`,
      values: [day, banner, counted.orders, counted.series, counted.at, counted.isOver],
    }),
  );
};

const ClosedRow = z.object({ banner: z.enum(banners), day: z.string() });

/** The days since `from` that need no further count. */
export const listClosedDays = async (db: Queryable, from: string): Promise<BannerDay[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-closed-drift-days',
      text: `select banner, day::text from drift_days
        where day >= $1::date and closed_at is not null`,
      values: [from],
    }),
  );
  return parseRows(ClosedRow, rows);
};

const DayRow = z.object({
  banner: z.enum(banners),
  day: z.string(),
  orders: z.number(),
  series: z.custom<DayCounts['series']>((value) => typeof value === 'object'),
});
export type DriftDay = z.output<typeof DayRow>;

/** The counts of the days from `from` to `to`, both included; of one banner or of all. */
export const readDriftDays = async (
  db: Queryable,
  { from, to, banner }: { readonly from: string; readonly to: string; readonly banner?: Banner },
): Promise<DriftDay[]> => {
  const { rows } = await reached(
    db.query({
      name: 'read-drift-days',
      text: `select banner, day::text, orders, series from drift_days
        where day >= $1::date and day <= $2::date and ($3::text is null or banner = $3)
        order by day, banner`,
      values: [from, to, banner ?? null],
    }),
  );
  return parseRows(DayRow, rows);
};

/** Deletes the counts of days before `day`. */
export const deleteDriftDays = async (db: Queryable, day: string): Promise<void> => {
  await reached(
    db.query({
      name: 'delete-drift-days',
      text: 'delete from drift_days where day < $1::date',
      values: [day],
    }),
  );
};
