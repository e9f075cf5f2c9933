import { z } from 'zod';
import type { Outcome, Verdict } from '../contracts/hbc/decision.js';
import type { NewTransaction } from './insert-order.js';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

/** A past order to store, decided and settled. */
export interface ImportedOrder extends NewTransaction {
  readonly receivedAt: Date;
  readonly status: 'processed' | 'cancelled';
  readonly outcome: Outcome;
  readonly crossReference: string;
  /** The answer that a repeat of the order gets. */
  readonly answer: string;
  readonly remarks: string;
  readonly verdict: { readonly outcome: Verdict; readonly at: Date } | null;
}

/** Which import a part belongs to, and from when on live orders count its orders. */
export interface ImportedBy {
  readonly importId: string;
  readonly countsFrom: Date;
}

type Cell = (order: ImportedOrder) => unknown;

/** Hashes as one text, since lists of lists must have equal lengths. */
const hashesText = (hashes: readonly Buffer[]): string =>
  `{${hashes.map((hash) => String.raw`"\\x${hash.toString('hex')}"`).join(',')}}`;

/** The columns of `given` with their types. */
const columns: Readonly<Record<string, readonly [type: string, cell: Cell]>> = {
  id: ['text', (order) => order.transactionId],
  workflow_id: ['text', (order) => order.workflowId],
  banner: ['text', (order) => order.banner],
  order_id: ['text', (order) => order.orderId],
  group_id: ['text', (order) => order.groupId],
  content_key_id: ['text', (order) => order.contentKeyId],
  content_hash: ['bytea', (order) => order.contentHash],
  body: ['bytea', (order) => order.body],
  status: ['text', (order) => order.status],
  at: ['timestamptz', (order) => order.receivedAt],
  outcome: ['text', (order) => order.outcome],
  cross_reference: ['uuid', (order) => order.crossReference],
  answer: ['text', (order) => order.answer],
  remarks: ['text', (order) => order.remarks],
  verdict: ['text', (order) => order.verdict?.outcome ?? null],
  verdict_at: ['timestamptz', (order) => order.verdict?.at ?? null],
  order_hash: ['bytea', ({ history }) => history.orderHash],
  key_id: ['text', ({ history }) => history.keyId],
  card: ['bytea', ({ history }) => history.card],
  email: ['bytea', ({ history }) => history.email],
  email_domain: ['bytea', ({ history }) => history.emailDomain],
  account: ['bytea', ({ history }) => history.account],
  device: ['bytea', ({ history }) => history.device],
  ip: ['bytea', ({ history }) => history.ip],
  billing_postal: ['bytea', ({ history }) => history.billingPostal],
  sales_rep: ['bytea', ({ history }) => history.salesRep],
  other_keys: ['text', ({ history }) => toJson(history.otherKeys)],
  amount: ['numeric', ({ history }) => history.amount],
  authorized_amount: ['numeric', ({ history }) => history.authorizedAmount],
  currency: ['text', ({ history }) => history.currency],
  goods_hash: ['bytea', ({ history }) => history.goodsHash],
  store: ['text', ({ history }) => history.store],
  promotions: ['text', ({ history }) => hashesText(history.promotions)],
  response_code: ['bigint', ({ history }) => history.responseCode],
  avs_code: ['text', ({ history }) => history.avsCode],
  bin: ['text', ({ history }) => history.bin],
  last4: ['text', ({ history }) => history.last4],
};

const names = Object.keys(columns);
/** Values before those of `columns`. */
const before = 6;
const arrays = Object.values(columns).map(([type], index) => `$${index + before + 1}::${type}[]`);

/** Without locks of subjects: no order counts these before `counts_from`. */
const insertImportedText = `with given as materialized (
    select * from unnest(${arrays.join(', ')}) as given(${names.join(', ')})
  ), stored as (
    insert into transactions (transaction_id, workflow_id, banner, order_id, group_id,
      content_key_id, content_hash, body, status, received_at, updated_at)
    select id, workflow_id, banner, order_id, group_id, content_key_id, content_hash, body, status,
      at, greatest(at, verdict_at) from given order by id
    on conflict do nothing
    returning transaction_id
  ), noted as (
    insert into order_history (transaction_id, received_at, banner, order_hash, key_id, card, email,
      account, device, ip, billing_postal, other_keys, amount, authorized_amount, currency,
      goods_hash, sales_rep, promotions, response_code, avs_code, email_domain, store, import_id,
      counts_from)
    select id, at, banner, order_hash, key_id, card, email, account, device, ip, billing_postal,
      other_keys::jsonb, amount, authorized_amount, currency, goods_hash, sales_rep,
      promotions::bytea[], response_code, avs_code, email_domain, store, $1::uuid, $2::timestamptz
    from given join stored on transaction_id = id order by at, id
    returning transaction_id, position, received_at
  ), numbered as (
    insert into order_card_digits (transaction_id, position, received_at, bin, last4)
    select transaction_id, position, received_at, bin, last4
    from noted join given on transaction_id = id
  ), placed as (
    insert into order_addresses (transaction_id, position, received_at, address, name, house)
    select transaction_id, position, received_at, place.address, place.name, place.house
    from noted
    join unnest($3::text[], $4::bytea[], $5::bytea[], $6::bytea[])
      as place(id, address, name, house) on transaction_id = place.id
  ), reviewed as (
    insert into verdicts (transaction_id, round, outcome, source, reviewer, decided_at)
    select id, 0, verdict, 'api', 'import', verdict_at from given join stored on transaction_id = id
    where verdict is not null
  )
  insert into decisions (transaction_id, outcome, total_score, cross_reference, answer, remarks,
    rules_tripped, votes, hits, errored_rules, facts, partner_answers, rule_set_hash,
    policy_version, priority, decided_at, is_imported)
  select id, outcome, 0, cross_reference, answer, remarks, '', '[]', '[]', '[]', '{}', '[]', '', 0,
    'normal', at, true
  from given join stored on transaction_id = id
  returning transaction_id`;

/**
 * Stores past orders with their history rows, decisions and verdicts, each with its own id, and
 * returns the ids of those that were not there. No event, case or audit row: for the rest of
 * Verdict, nothing has happened.
 */
export const insertImported = async (
  db: Queryable,
  orders: readonly ImportedOrder[],
  { importId, countsFrom }: ImportedBy,
): Promise<ReadonlySet<string>> => {
  const places = orders.flatMap(({ transactionId, history }) =>
    history.addresses.map((place) => ({ transactionId, ...place })),
  );
  const { rows } = await reached(
    db.query({
      name: 'insert-imported',
      text: insertImportedText,
      values: [
        importId,
        countsFrom,
        places.map(({ transactionId }) => transactionId),
        places.map(({ address }) => address),
        places.map(({ name }) => name),
        places.map(({ house }) => house),
        ...Object.values(columns).map(([, cell]) => orders.map(cell)),
      ],
    }),
  );
  const Stored = z.object({ transaction_id: z.string() });
  return new Set(parseRows(Stored, rows).map((row) => row.transaction_id));
};

const ContentRow = z.object({
  transaction_id: z.string(),
  content_key_id: z.string(),
  content_hash: z.instanceof(Buffer),
});

/** The content hashes of stored orders, by id. */
export const listContents = async (
  db: Queryable,
  transactionIds: readonly string[],
): Promise<ReadonlyMap<string, z.output<typeof ContentRow>>> => {
  const { rows } = await reached(
    db.query({
      name: 'list-contents',
      text: `select transaction_id, content_key_id, content_hash from transactions
        where transaction_id = any($1::text[])`,
      values: [transactionIds],
    }),
  );
  return new Map(parseRows(ContentRow, rows).map((row) => [row.transaction_id, row]));
};
