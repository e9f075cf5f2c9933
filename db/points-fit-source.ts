import { z } from 'zod';
import { outcomes } from '../contracts/hbc/decision.js';
import { type Banner, banners } from '../contracts/hbc/transaction.js';
import { labelKinds } from '../contracts/v1/labels.js';
import type { FactValue } from '../domain/facts/fact-group.js';
import { withNamesOfToday } from '../domain/facts/renamed.js';
import type { KnownEnding } from '../domain/fit/use-of-order.js';
import type { ErroredRule } from '../domain/votes.js';
import {
  becameOf,
  boundsOf,
  type SourcePage,
  sourcePageOf,
  type SourceRange,
} from './backtest-source.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

/** A decided order as a fit reads it, with what was known of it at the cut. */
export interface FitOrder extends KnownEnding {
  readonly transactionId: string;
  /** An imported order has no stored facts. */
  readonly isImported: boolean;
  readonly banner: Banner;
  readonly receivedAtMs: number;
  readonly erroredRules: readonly ErroredRule[];
  readonly facts: Readonly<Record<string, FactValue>>;
}

const json = <T>() => z.custom<T>((value) => typeof value === 'object' && value !== null);

const Row = z.object({
  transaction_id: z.string(),
  banner: z.enum(banners),
  received_at: z.date(),
  outcome: z.enum(outcomes).nullable(),
  errored_rules: json<FitOrder['erroredRules']>().nullable(),
  facts: json<Record<string, FactValue>>().transform(withNamesOfToday).nullable(),
  is_imported: z.boolean().nullable(),
  sampled_reject_share: z.number().nullable(),
  label: z.enum(labelKinds).nullable(),
  verdict: z.enum(['accept', 'reject', 'unseen_reject']).nullable(),
});

/**
 * Selects the orders before any join, as `backtest-source.ts` does. A statement counts if it was
 * made before the cut and not withdrawn by then, whatever happened to it later.
 */
const text = `with own as materialized (
    select transaction_id, banner, received_at from order_history
    where received_at >= $1 and received_at <= $3
      and (received_at, transaction_id) > ($1, $2) and (received_at, transaction_id) <= ($3, $4)
      and ($5::text is null or banner = $5)
    order by received_at, transaction_id limit $6
  )
  select own.*, d.outcome, d.errored_rules, d.facts, d.is_imported,
    d.sampled_reject_share,
    (select kind from labels l where l.transaction_id = own.transaction_id and l.said_at < $7
      and (l.withdrawn_at is null or l.withdrawn_at >= $7)
      order by l.position desc limit 1) as label,
    (select case when v.outcome = 'accept' then 'accept'
        when v.source in ('api', 'signal') then 'reject' else 'unseen_reject' end
      from verdicts v where v.transaction_id = own.transaction_id and v.decided_at < $7
      order by v.round desc limit 1) as verdict
  from own left join decisions d using (transaction_id)
  order by own.received_at, own.transaction_id`;

const toOrder = (row: z.output<typeof Row>): FitOrder | undefined => {
  const { outcome, facts } = row;
  if (outcome === null || facts === null) return undefined;
  return {
    transactionId: row.transaction_id,
    isImported: row.is_imported === true,
    banner: row.banner,
    receivedAtMs: row.received_at.getTime(),
    answered: outcome,
    erroredRules: row.errored_rules ?? [],
    facts,
    became: becameOf(row.label),
    verdict: row.verdict,
    sampledRejectShare: row.sampled_reject_share,
  };
};

interface PageOf extends SourceRange {
  readonly banner: Banner | null;
  /** Labels and verdicts of this instant or later do not count. */
  readonly cut: Date;
  readonly limit: number;
}

/** The first `limit` orders of a range, earliest first. */
export const readFitPage = async (
  db: Queryable,
  { banner, cut, limit, ...range }: PageOf,
): Promise<SourcePage<FitOrder>> => {
  const { rows } = await reached(
    db.query({
      name: 'read-points-fit-page',
      text,
      values: [...boundsOf(range), banner, limit, cut],
    }),
  );
  return sourcePageOf(parseRows(Row, rows), toOrder, limit);
};
