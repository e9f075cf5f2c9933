import { z } from 'zod';
import { type Queryable, reached } from './pool.js';
import { parseRow } from './rows.js';

/** Labelled orders of a banner to compare with, the latest statements first. */
const labelledMax = 3000;

const Row = z.object({
  close_fraud: z.number(),
  close_good: z.number(),
  wide_fraud: z.number(),
  wide_good: z.number(),
});

/** Labelled orders like one order: `close` ones also tripped its heaviest rule. */
export type LikeCounts = z.output<typeof Row>;

const counted = (kind: string, more: string): string =>
  `count(*) filter (where ${kind}${more})::integer`;
const isFraud = `became not in ('good', 'dispute')`;
const isGood = `became = 'good'`;
const isClose = ' and has_rule';

const likeText = `with said as materialized (
    select transaction_id, position, kind from labels
    where banner = $2 and withdrawn_at is null and said_at > $5::timestamptz - interval '365 days'
    order by said_at desc, position desc limit ${labelledMax}
  ), current as (
    select distinct on (transaction_id) transaction_id, kind as became from said
    where transaction_id <> $1 order by transaction_id, position desc
  ), like_this as (
    select c.became, strpos(';' || d.rules_tripped, ';' || $4::text || ':') > 0 as has_rule
    from current c join decisions d using (transaction_id)
    where abs(d.total_score - $3::integer) <= $6::integer and not d.is_imported
  )
  select ${counted(isFraud, isClose)} as close_fraud, ${counted(isGood, isClose)} as close_good,
    ${counted(isFraud, '')} as wide_fraud, ${counted(isGood, '')} as wide_good
  from like_this`;

/**
 * Counts the labelled orders of the same banner whose score is within `distance` of this order's,
 * by what became of them, over the latest statements of a year.
 */
export const countLikeOrders = async (
  db: Queryable,
  like: {
    readonly transactionId: string;
    readonly banner: string;
    readonly score: number;
    /** Id of the rule with the most points; blank without one. */
    readonly heaviestRule: string;
    readonly distance: number;
    readonly at: Date;
  },
): Promise<LikeCounts> => {
  const { rows } = await reached(
    db.query({
      name: 'count-like-orders',
      text: likeText,
      values: [
        like.transactionId,
        like.banner,
        like.score,
        like.heaviestRule,
        like.at,
        like.distance,
      ],
    }),
  );
  const none = { close_fraud: 0, close_good: 0, wide_fraud: 0, wide_good: 0 };
  return parseRow(Row, rows) ?? none;
};
