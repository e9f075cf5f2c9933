import type { HistoryEntry } from '../../db/insert-order.js';
import type { Pool } from '../../db/pool.js';

/** An order to be stored by SQL. */
export interface SeededOrder {
  readonly transactionId: string;
  readonly workflowId: string;
  readonly orderId: string;
  readonly banner: string;
  /** Sealed. */
  readonly body: Buffer;
  readonly caseId: string;
  readonly history: HistoryEntry;
}

/** Runs a statement without triggers: foreign keys are consistent by construction. */
const bulk = async (db: Pool, text: string, values: readonly unknown[]): Promise<void> => {
  const client = await db.connect();
  try {
    await client.query('set session_replication_role = replica');
    await client.query(text, [...values]);
    await client.query('set session_replication_role = origin');
  } finally {
    client.release();
  }
};

/** Orders of the last three days, the first the oldest. */
const at = `now() - interval '72 hours' * (1 - ($3::bigint + place)::float8 / $4::bigint)`;

const ordersText = `with given as materialized (
    select g.*, ${at} as at from unnest($5::text[], $6::text[], $7::text[], $8::text[],
      $9::bytea[], $10::bytea[], $11::bytea[], $12::bytea[], $13::bytea[], $14::bytea[],
      $15::bytea[], $16::bytea[], $17::float8[], $18::text[], $19::bytea[], $20::text[],
      $21::text[], $22::bytea[], $23::bytea[]) with ordinality as g(id, workflow_id, order_id,
      banner, body, order_hash, card, email, account, device, ip, postal, amount, currency,
      goods_hash, bin, last4, address, recipient, place)
  ), opened as (
    insert into transactions (transaction_id, workflow_id, banner, order_id, group_id,
      content_key_id, content_hash, body, status, received_at, updated_at)
    select id, workflow_id, banner, order_id, '1', $1, '\\x00', body, $2, at, at from given
  ), noted as (
    insert into order_history (transaction_id, received_at, banner, order_hash, key_id, card,
      email, account, device, ip, billing_postal, other_keys, amount, authorized_amount,
      currency, goods_hash, response_code, avs_code)
    select id, at, banner, order_hash, $1, card, email, account, device, ip, postal, '{}', amount,
      amount, currency, goods_hash, 100, 'H' from given order by place
    returning transaction_id, position, received_at
  ), digits as (
    insert into order_card_digits (transaction_id, position, received_at, bin, last4)
    select id, position, received_at, bin, last4 from noted join given on transaction_id = id
  )
  insert into order_addresses (transaction_id, position, received_at, address, name)
  select id, position, received_at, address, recipient
  from noted join given on transaction_id = id where address is not null`;

/** Stores orders with the rows that later orders count; `from` is the first one's place in `of`. */
export const insertOrders = async (
  db: Pool,
  orders: readonly SeededOrder[],
  { from, of, status }: { from: number; of: number; status: 'in_review' | 'processed' },
): Promise<void> => {
  const histories = orders.map(({ history }) => history);
  const every = <T>(pick: (history: HistoryEntry) => T): T[] => histories.map(pick);
  const addresses = every((one) => one.addresses[0]);
  await bulk(db, ordersText, [
    ...[histories[0]?.keyId, status, from, of],
    ...(['transactionId', 'workflowId', 'orderId', 'banner', 'body'] as const).map((name) =>
      orders.map((order) => order[name]),
    ),
    ...(
      ['orderHash', 'card', 'email', 'account', 'device', 'ip', 'billingPostal', 'amount'] as const
    ).map((name) => every((history) => history[name])),
    ...(['currency', 'goodsHash', 'bin', 'last4'] as const).map((name) =>
      every((history) => history[name]),
    ),
    addresses.map((place) => place?.address ?? null),
    addresses.map((place) => place?.name ?? null),
  ]);
};

const copied = `outcome, total_score, answer, remarks, rules_tripped, votes, hits, errored_rules,
  facts, partner_answers, rule_set_hash, rule_set_version, policy_version, priority`;

/** Each order gets the decision, answers and audit rows of a template, at its own time. */
const decidedText = `with given as materialized (
    select g.id, g.case_id, h.received_at as at, $1::bigint + g.place as number,
      ($2::text[])[1 + ($1::bigint + g.place) % cardinality($2::text[])] as template
    from unnest($3::text[], $4::uuid[]) with ordinality as g(id, case_id, place)
    join order_history h on h.transaction_id = g.id
  ), decided as (
    insert into decisions (transaction_id, cross_reference, decided_at, ${copied})
    select given.id, case_id, given.at, ${copied}
    from given join decisions d on d.transaction_id = template
  ), answered as (
    insert into partner_answers (transaction_id, partner, answer, answered_at)
    select given.id, a.partner, a.answer, given.at
    from given join partner_answers a on a.transaction_id = template
  )
  insert into audit (at, actor, action, object, details)
  select given.at, a.actor, a.action, given.id, a.details
  from given join audit a on a.object = template
  where a.actor not like 'reviewer%'`;

/** Few are overdue, escalated, held or claimed, as on a desk that keeps up. */
const casesText = `insert into cases (case_id, transaction_id, banner, status, reason, priority,
    total_score, opened_at, due_at, amount, currency, at_risk, rules, partners_down, claimed_by,
    claimed_at, claim_until, escalated_at, escalated_by, held_until, held_by)
  select d.cross_reference, d.transaction_id, h.banner, 'open', 'review', d.priority, d.total_score,
    d.decided_at, d.decided_at + interval '74 hours' - interval '4 hours' * random(),
    h.amount, h.currency, round(h.amount * least(1, 0.1 + random())::numeric, 2),
    t.rules, t.partners_down,
    case when n % 1000 = 2 then 'reviewer:kim' end, case when n % 1000 = 2 then now() end,
    case when n % 1000 = 2 then now() + interval '1 day' end,
    case when n % 500 = 1 then now() end, case when n % 500 = 1 then 'reviewer:kim' end,
    case when n % 200 = 0 then now() + interval '6 hours' end,
    case when n % 200 = 0 then 'reviewer:kim' end
  from unnest($3::text[]) with ordinality as g(id, place)
  cross join lateral (select $1::bigint + place as n) as numbered
  join decisions d on d.transaction_id = g.id
  join order_history h on h.transaction_id = g.id
  join cases t on t.transaction_id = ($2::text[])[1 + n % cardinality($2::text[])]`;

const labelsText = `insert into labels (label_id, transaction_id, banner, kind, source, source_id,
    said_by, said_at)
  select gen_random_uuid(), h.transaction_id, h.banner,
    case when ($1::bigint + place) % 20 = 0 then 'fraud' else 'good' end, 'csv', '', 'bench',
    h.received_at
  from unnest($3::text[]) with ordinality as g(id, place)
  join order_history h on h.transaction_id = g.id`;

/** Stores the decisions of stored orders: with open cases, or of the past and with labels. */
export const insertDecided = async (
  db: Pool,
  orders: readonly SeededOrder[],
  given: { readonly from: number; readonly templates: readonly string[]; readonly isOpen: boolean },
): Promise<void> => {
  const ids = orders.map(({ transactionId }) => transactionId);
  const values = [given.from, given.templates, ids];
  await bulk(db, decidedText, [...values, orders.map(({ caseId }) => caseId)]);
  if (given.isOpen) await bulk(db, casesText, values);
  else await bulk(db, labelsText.replace('$3', '$2'), [given.from, ids]);
};
