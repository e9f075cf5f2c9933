import { z } from 'zod';
import { outcomes } from '../contracts/hbc/decision.js';
import { type Banner, banners } from '../contracts/hbc/transaction.js';
import type { StoredOrder } from '../domain/backtest/stored-order.js';
import type { FactValue } from '../domain/facts/fact-group.js';
import { withNamesOfToday } from '../domain/facts/renamed.js';
import { labelKinds } from '../contracts/v1/labels.js';
import { inTransaction, type Pool, type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

/** A position in the sequence of received orders. */
export interface SourcePlace {
  readonly receivedAt: Date;
  readonly transactionId: string;
}

/** Orders after one position, up to and including another. */
export interface SourceRange {
  readonly after: SourcePlace;
  readonly upTo: SourcePlace;
}

const Place = z.object({ receivedAt: z.coerce.date(), transactionId: z.string() });

/** A range as it is stored with the plan of a backtest or of a fit. */
export const StoredRange = z.object({ after: Place, upTo: Place });

export interface SourcePeriod {
  readonly from: Date;
  readonly to: Date;
  readonly banner: Banner | null;
}

/** Numbering ten million orders takes some twenty seconds. */
const planningMs = 60_000;

const ofPeriod = `received_at >= $1 and received_at < $2 and ($3::text is null or banner = $3)`;

const countText = `select count(*)::integer as orders from order_history where ${ofPeriod}`;

const boundsText = `select received_at, transaction_id from (
    select received_at, transaction_id, row_number() over own as number,
      lead(transaction_id) over own is null as is_last
    from order_history where ${ofPeriod}
    window own as (order by received_at, transaction_id)
  ) numbered
  where number % $4 = 0 or is_last order by number`;

const BoundRow = z.object({ received_at: z.date(), transaction_id: z.string() });

/**
 * The last order of each part of a period. `sizeOf` gives a part's size for the number of orders.
 * Orders received later are in no part.
 */
export const planParts = (
  pool: Pool,
  { from, to, banner }: SourcePeriod,
  sizeOf: (orders: number) => number,
): Promise<SourcePlace[]> =>
  inTransaction(pool, async (db) => {
    await reached(db.query(`set local statement_timeout = ${planningMs}`));
    const values = [from, to, banner];
    const counted = { text: countText, values, query_timeout: planningMs };
    const { rows } = await reached(db.query(counted));
    const size = sizeOf(parseRow(z.object({ orders: z.number() }), rows)?.orders ?? 0);
    const bounds = { text: boundsText, values: [...values, size], query_timeout: planningMs };
    const found = parseRows(BoundRow, (await reached(db.query(bounds))).rows);
    return found.map((row) => ({ receivedAt: row.received_at, transactionId: row.transaction_id }));
  });

const json = <T>() => z.custom<T>((value) => typeof value === 'object' && value !== null);

const SourceRow = z.object({
  transaction_id: z.string(),
  banner: z.enum(banners),
  received_at: z.date(),
  amount: z.number(),
  currency: z.string(),
  outcome: z.enum(outcomes).nullable(),
  total_score: z.number().nullable(),
  rules_tripped: z.string().nullable(),
  remarks: z.string().nullable(),
  local_outcome: z.enum(outcomes).nullable(),
  errored_rules: json<StoredOrder['erroredRules']>().nullable(),
  partner_answers: json<StoredOrder['answers']>().nullable(),
  policy_version: z.number().nullable(),
  rule_set_hash: z.string().nullable(),
  facts: json<Record<string, FactValue>>().transform(withNamesOfToday).nullable(),
  is_imported: z.boolean().nullable(),
  sampled_reject_share: z.number().nullable(),
  label: z.enum(labelKinds).nullable(),
});

/** The columns of the orders in `own`, in order of time. */
const ownOrders = `select own.*, d.outcome, d.total_score, d.rules_tripped, d.remarks,
    d.errored_rules, d.partner_answers, d.policy_version, d.rule_set_hash, d.facts,
    d.is_imported, d.sampled_reject_share,
    d.votes #>> '{0,outcome}' as local_outcome,
    (select kind from labels l where l.transaction_id = own.transaction_id
      and l.withdrawn_at is null order by l.position desc limit 1) as label
  from own left join decisions d using (transaction_id)
  order by own.received_at, own.transaction_id`;

/** Selects the orders before any join: their rows are small and in order of time. */
const pageText = `with own as materialized (
    select transaction_id, banner, received_at, amount::float8, currency from order_history
    where received_at >= $1 and received_at <= $3
      and (received_at, transaction_id) > ($1, $2) and (received_at, transaction_id) <= ($3, $4)
      and ($5::text is null or banner = $5)
    order by received_at, transaction_id limit $6
  )
  ${ownOrders}`;

const idsText = `with own as (
    select transaction_id, banner, received_at, amount::float8, currency from order_history
    where transaction_id = any($1)
  )
  ${ownOrders}`;

/** What a label makes of an order. */
export const becameOf = (label: z.output<typeof SourceRow>['label']): StoredOrder['became'] => {
  if (label === null) return 'unlabelled';
  return label === 'good' || label === 'dispute' ? label : 'fraud';
};

const toOrder = (row: z.output<typeof SourceRow>): StoredOrder | undefined => {
  const { outcome, facts } = row;
  if (outcome === null || facts === null) return undefined;
  return {
    transactionId: row.transaction_id,
    banner: row.banner,
    receivedAtMs: row.received_at.getTime(),
    amount: row.amount,
    currency: row.currency,
    outcome,
    localOutcome: row.local_outcome ?? outcome,
    totalScore: row.total_score ?? 0,
    rulesTripped: row.rules_tripped ?? '',
    remarks: row.remarks ?? '',
    erroredRules: row.errored_rules ?? [],
    answers: row.partner_answers ?? [],
    policyVersion: row.policy_version ?? 0,
    ruleSetHash: row.rule_set_hash ?? '',
    facts,
    isImported: row.is_imported === true,
    isSampledReject: row.sampled_reject_share !== null,
    became: becameOf(row.label),
  };
};

/** Some orders of a range; `next` is the position of the rest, null when there is none. */
export interface SourcePage<Order> {
  readonly orders: readonly Order[];
  readonly undecided: number;
  readonly next: SourcePlace | null;
}

/** The bounds of a range as values of a statement. */
export const boundsOf = ({ after, upTo }: SourceRange): (Date | string)[] => [
  after.receivedAt,
  after.transactionId,
  upTo.receivedAt,
  upTo.transactionId,
];

/** A page of at most `limit` rows. `orderOf` gives undefined for an order without a decision. */
export const sourcePageOf = <Row extends z.output<typeof BoundRow>, Order>(
  rows: readonly Row[],
  orderOf: (row: Row) => Order | undefined,
  limit: number,
): SourcePage<Order> => {
  const orders = rows.flatMap((row) => orderOf(row) ?? []);
  const last = rows.length < limit ? undefined : rows.at(-1);
  return {
    orders,
    undecided: rows.length - orders.length,
    next: last ? { receivedAt: last.received_at, transactionId: last.transaction_id } : null,
  };
};

/** The first `limit` orders of a range, earliest first. */
export const readSourcePage = async (
  db: Queryable,
  range: SourceRange,
  banner: Banner | null,
  limit: number,
): Promise<SourcePage<StoredOrder>> => {
  const { rows } = await reached(
    db.query({
      name: 'read-source-page',
      text: pageText,
      values: [...boundsOf(range), banner, limit],
    }),
  );
  return sourcePageOf(parseRows(SourceRow, rows), toOrder, limit);
};

/** Decided orders by id, in order of time; without undecided ones. */
export const readSourceOrders = async (
  db: Queryable,
  transactionIds: readonly string[],
): Promise<StoredOrder[]> => {
  const { rows } = await reached(
    db.query({ name: 'read-source-orders', text: idsText, values: [transactionIds] }),
  );
  return parseRows(SourceRow, rows).flatMap((row) => toOrder(row) ?? []);
};

const SampleRow = z.object({ transaction_id: z.string(), orders: z.string().transform(Number) });

/**
 * The number of orders received since `from`, without imported ones, and a deterministic sample of
 * them.
 */
export const sampleSource = async (
  db: Queryable,
  { from, banner, limit }: Pick<SourcePeriod, 'from' | 'banner'> & { readonly limit: number },
): Promise<{ readonly orders: number; readonly ids: readonly string[] }> => {
  const { rows } = await reached(
    db.query({
      name: 'sample-source',
      text: `select transaction_id, count(*) over () as orders from order_history
        where received_at >= $1 and ($2::text is null or banner = $2) and import_id is null
        order by hashtext(transaction_id) limit $3`,
      values: [from, banner, limit],
    }),
  );
  const found = parseRows(SampleRow, rows);
  return { orders: found[0]?.orders ?? 0, ids: found.map((row) => row.transaction_id) };
};
