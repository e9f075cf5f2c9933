import { z } from 'zod';
import { type Banner, banners } from '../contracts/hbc/transaction.js';
import type { BacktestResult } from '../contracts/v1/backtests.js';
import { flagBases } from '../contracts/v1/flag-guard.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

/** Decisions of one rule set in a span of time. */
export interface DecidedSpan {
  readonly version: number;
  /** Inclusive. */
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
}

const FlagsRow = z.object({
  banner: z.enum(banners),
  orders: z.number(),
  flagged: z.number(),
});
export type FlagsRow = z.output<typeof FlagsRow>;

const latestText = `select d.transaction_id, d.votes #>> '{0,outcome}' as local_outcome,
    d.decided_at
  from decisions d
  where d.decided_at >= $1 and d.decided_at < $2 and d.rule_set_version = $3
    and not d.is_imported`;

/**
 * How many of the latest `limit` orders of a span the rules alone would not have accepted, by
 * banner.
 */
export const countFlags = async (
  db: Queryable,
  { from, to, version }: DecidedSpan,
  limit: number,
): Promise<FlagsRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'count-flags',
      text: `with latest as (${latestText} order by d.decided_at desc limit $4)
        select t.banner, count(*)::integer as orders,
          (count(*) filter (where local_outcome <> 'accept'))::integer as flagged
        from latest join transactions t using (transaction_id) group by 1`,
      values: [from, to, version, limit],
    }),
  );
  return parseRows(FlagsRow, rows);
};

/** The latest `limit` orders of a banner that a rule set decided in a span, by id. */
export const listLatestDecided = async (
  db: Queryable,
  { from, to, version }: DecidedSpan,
  { banner, limit }: { readonly banner: Banner; readonly limit: number },
): Promise<string[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-latest-decided',
      text: `with latest as (${latestText})
        select transaction_id from latest join transactions t using (transaction_id)
        where t.banner = $4 order by decided_at desc limit $5`,
      values: [from, to, version, banner, limit],
    }),
  );
  return parseRows(z.object({ transaction_id: z.string() }), rows).map((row) => row.transaction_id);
};

const SpanRow = z.object({ starts: z.date(), ends: z.date() });

/**
 * The end of the latest time in which a version was in force, as seen at `now`, and its beginning,
 * at most `lengthMs` earlier; undefined when it never was. Version 0 is in force before the first
 * publication.
 */
export const findLastSpan = async (
  db: Queryable,
  version: number,
  { now, lengthMs }: { readonly now: Date; readonly lengthMs: number },
): Promise<DecidedSpan | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-last-span-in-force',
      text: `with spans as (
          select publication, version, published_at as starts,
            lead(published_at) over (order by publication) as ends
          from rule_set_publications
          union all
          select 0, 0, '-infinity', min(published_at) from rule_set_publications
        )
        select greatest(starts, ended - make_interval(secs => $3)) as starts, ended as ends
        from spans cross join lateral (select coalesce(ends, $2::timestamptz) as ended) one
        where version = $1 order by publication desc limit 1`,
      values: [version, now, lengthMs / 1000],
    }),
  );
  const span = parseRow(SpanRow, rows);
  return span && { version, from: span.starts, to: span.ends };
};

const BacktestBannersRow = z.object({
  backtest_id: z.string(),
  banners: z.custom<BacktestResult['banners']>(Array.isArray),
});
export type BacktestBannersRow = z.output<typeof BacktestBannersRow>;

/** What the latest `limit` backtests of a rule set found for each banner, latest first. */
export const listBacktestBanners = async (
  db: Queryable,
  hash: string,
  limit: number,
): Promise<BacktestBannersRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-backtest-banners',
      text: `select backtest_id, result -> 'banners' as banners from backtests
        where hash = $1 and state = 'done' order by finished_at desc limit $2`,
      values: [hash, limit],
    }),
  );
  return parseRows(BacktestBannersRow, rows);
};

const ExpectationRow = FlagsRow.extend({
  basis: z.enum(flagBases),
  backtest_id: z.string().nullable(),
});
export type ExpectationRow = z.output<typeof ExpectationRow>;

/** Stores what a new publication is expected to flag. */
export const insertFlagExpectations = async (
  db: Queryable,
  publication: number,
  rows: readonly ExpectationRow[],
): Promise<void> => {
  await reached(
    db.query({
      name: 'insert-flag-expectations',
      text: `insert into flag_expectations
          (publication, banner, basis, orders, flagged, backtest_id)
        select $1, * from unnest($2::text[], $3::text[], $4::int[], $5::int[], $6::uuid[])`,
      values: [
        publication,
        ...(['banner', 'basis', 'orders', 'flagged', 'backtest_id'] as const).map((column) =>
          rows.map((row) => row[column]),
        ),
      ],
    }),
  );
};

/** What a publication is expected to flag; banners without an expectation are left out. */
export const listFlagExpectations = async (
  db: Queryable,
  publication: number,
): Promise<ExpectationRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-flag-expectations',
      text: `select banner, basis, orders, flagged, backtest_id from flag_expectations
        where publication = $1`,
      values: [publication],
    }),
  );
  return parseRows(ExpectationRow, rows);
};

/** Whether rules of this hash came into force before a publication. */
export const wereInForceBefore = async (
  db: Queryable,
  { hash, publication }: { readonly hash: string; readonly publication: number },
): Promise<boolean> => {
  const { rowCount } = await reached(
    db.query({
      name: 'were-rules-in-force-before',
      text: `select from rule_set_publications p join rule_set_versions v using (version)
        where v.hash = $1 and p.publication < $2 limit 1`,
      values: [hash, publication],
    }),
  );
  return rowCount === 1;
};

const FallBackRow = z.object({
  at: z.date(),
  version: z.number(),
  from: z.number(),
  banner: z.enum(banners),
  orders: z.number(),
  flagged: z.number(),
});
/** A version that came back by itself, the one that gave way, and the flags that led to it. */
export type FallBackRow = z.output<typeof FallBackRow>;

/** The latest `limit` publications by the guard, latest first. */
export const listFallBacks = async (db: Queryable, limit: number): Promise<FallBackRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-fall-backs',
      text: `select at, (details ->> 'version')::integer as version,
          (details ->> 'from')::integer as from, details #>> '{fellBack,banner}' as banner,
          (details #>> '{fellBack,orders}')::integer as orders,
          (details #>> '{fellBack,flagged}')::integer as flagged
        from audit
        where object = 'rule-set' and action = 'rule_set.published' and details ? 'fellBack'
        order by id desc limit $1`,
      values: [limit],
    }),
  );
  return parseRows(FallBackRow, rows);
};

/** The alarm about a banner under one publication. */
export interface FlagAlarm {
  readonly publication: number;
  readonly banner: Banner;
}

/**
 * True for the caller that may raise the alarm now: of any number, one in `everyMs`, over all
 * workers.
 */
export const claimFlagAlarm = async (
  db: Queryable,
  { publication, banner }: FlagAlarm,
  { now, everyMs }: { readonly now: Date; readonly everyMs: number },
): Promise<boolean> => {
  const { rowCount } = await reached(
    db.query({
      name: 'claim-flag-alarm',
      text: `insert into flag_alarms as a (publication, banner, raised_at) values ($1, $2, $3)
        on conflict (publication, banner) do update set raised_at = excluded.raised_at
        where a.raised_at <= excluded.raised_at - make_interval(secs => $4)`,
      values: [publication, banner, now, everyMs / 1000],
    }),
  );
  return rowCount === 1;
};
