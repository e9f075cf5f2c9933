import { z } from 'zod';
import { labelKinds } from '../contracts/v1/labels.js';
import {
  type History,
  type HistoryRow,
  labelledKinds,
  noHistory,
  promotedKinds,
  rejectedKinds,
  reviewedKinds,
  type SharedKind,
  sharedKinds,
} from '../domain/history.js';
import { binDay, BinDayColumn } from './bin-day.js';
import { bannerTotal } from './banner-totals.js';
import { isCounted } from './counted-orders.js';
import { GoodsTrafficColumn, goodsTraffic } from './goods-traffic.js';
import { DomainColumn, domainPast } from './domain-past.js';
import { asOwn, columnOf, type Hashed, hashed, knownAs, ownOrder } from './own-order.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';
import { salesRepShare } from './sales-rep-share.js';
import { UsualColumn, usualTraffic } from './usual-traffic.js';

/**
 * Rows read for one subject, latest first. Every limit of a rule is far below. A subject that
 * thousands of orders share costs no more than one that two hundred share.
 */
const rowsMax = 200;

/**
 * How far back each subject is searched; unrelated shoppers share a BIN. In hours, which have the
 * same length in every time zone, unlike days.
 */
const reachHours: Readonly<Record<SharedKind, number>> = {
  card: 180 * 24,
  email: 180 * 24,
  account: 180 * 24,
  device: 180 * 24,
  ip: 24,
  bin: 1,
  address: 180 * 24,
  house: 60 * 24,
  salesRep: 7 * 24,
  goods: 24,
  store: 1,
};

const columns = `h.transaction_id, h.position, h.received_at, h.order_hash, ${asOwn('card')},
  ${asOwn('email')}, ${asOwn('account')}, ${asOwn('device')}, ${asOwn('ip')}, ${asOwn('postal')},
  h.response_code, h.avs_code,
  h.amount, h.authorized_amount, h.currency, h.goods_hash`;

/**
 * As one text, since an order may have a hundred and the driver takes a microsecond for each list
 * element. Null where no fact compares them.
 */
const promotionsFor = (kind: SharedKind): string =>
  promotedKinds.includes(kind) ? 'h.promotions::text as promotions' : 'null::text as promotions';

/**
 * The latest rows under each of some values with one index walk each, and of those the latest. A
 * walk stops at its limit, so every subject costs the same.
 */
const latest = (shared: SharedKind, known: string, rowsOfValue: string): string =>
  `select '${shared}' as shared, found.* from own cross join lateral (
    select one.* from unnest${known} cross join lateral (
      ${rowsOfValue}
    ) one order by one.received_at desc limit ${rowsMax}
  ) found`;

/** Restricts a table, joined to `h`, to the time range of the subject. */
const inReach = (table: string, kind: SharedKind): string =>
  `${isCounted('h')}
      and ${table}.received_at > own.received_at - interval '${reachHours[kind]} hours'
      and ${table}.received_at <= own.received_at
    order by ${table}.received_at desc limit ${rowsMax}`;

const sharingColumn = (kind: SharedKind, column: string, known: string): string =>
  latest(
    kind,
    `(${known}) as known(value)`,
    `select ${columns}, ${promotionsFor(kind)},
      null::text as last4, null::bytea as name, null::bytea as place
    from order_history h
    where h.${column} = known.value and ${inReach('h', kind)}`,
  );

const sharing = (kind: Hashed): string => sharingColumn(kind, columnOf[kind], knownAs(kind));

/** A place or house under another key or an earlier spelling counts as the order's own. */
const sharingPlace = (
  kind: 'address' | 'house',
  known: string,
  name: 'null::bytea' | 'case when h.key_id = own.key_id then place.name end',
): string =>
  latest(
    kind,
    `(${known}) as known(value, place)`,
    `select ${columns}, ${promotionsFor(kind)},
      null::text as last4, ${name} as name, coalesce(known.place, place.${kind}) as place
    from order_addresses place
    join order_history h on h.transaction_id = place.transaction_id
    where place.${kind} = known.value and ${inReach('place', kind)}`,
  );

const sharingPlaces: readonly string[] = [
  sharingPlace(
    'address',
    'own.places, own.place_of',
    'case when h.key_id = own.key_id then place.name end',
  ),
  sharingPlace('house', 'own.houses, own.house_of', 'null::bytea'),
];

const sharingBin = latest(
  'bin',
  '(array[own.bin]) as known(value)',
  `select ${columns}, ${promotionsFor('bin')},
      digits.last4, null::bytea as name, null::bytea as place
    from order_card_digits digits
    join order_history h on h.transaction_id = digits.transaction_id
    where digits.bin = known.value and ${inReach('digits', 'bin')}`,
);

/** The same goods, which a run on one article has; only for a guest. */
const sharingGoods = sharingColumn(
  'goods',
  'goods_hash',
  'case when own.account is null then array[own.goods_hash] end',
);

/** The same tills or counter; an order that is sent to the customer has none. */
const sharingStore = sharingColumn(
  'store',
  'store',
  'case when own.store is not null then array[own.store] end',
);

const kindsText = (kinds: readonly SharedKind[]): string =>
  kinds.map((kind) => `'${kind}'`).join(', ');

/**
 * Labels and outcomes of the orders found, as of this order's receipt. Reads them once an order,
 * and only where a fact needs them: a lookup costs about as much as finding the order. `offset 0`
 * keeps the planner from joining whole tables.
 */
const priorOutcomes = `select one.transaction_id, label.kind as label,
    coalesce(decision.outcome = 'review', false) as was_reviewed,
    coalesce(decision.outcome = 'reject' or verdict.outcome = 'reject', false) as was_rejected
  from own cross join (
    select transaction_id, bool_or(shared in (${kindsText(labelledKinds)})) as wants_label,
      bool_or(shared in (${kindsText(reviewedKinds)})) as wants_review,
      bool_or(shared in (${kindsText(rejectedKinds)})) as wants_rejection
    from found group by transaction_id
  ) one
  left join lateral (
    select kind from labels
    where one.wants_label and transaction_id = one.transaction_id and said_at <= own.received_at
      and (withdrawn_at is null or withdrawn_at > own.received_at)
    order by position desc limit 1
  ) label on true
  left join lateral (
    select outcome from decisions
    where (one.wants_review or one.wants_rejection) and transaction_id = one.transaction_id
      and decided_at <= own.received_at
    offset 0
  ) decision on true
  left join lateral (
    select outcome from verdicts
    where one.wants_rejection and transaction_id = one.transaction_id
      and decided_at <= own.received_at
    order by round desc limit 1
  ) verdict on true`;

export const readHistoryText = `with own as materialized (
    ${ownOrder} where transaction_id = $1
  ), found as materialized (
    ${[...hashed.map(sharing), sharingBin, sharingGoods, sharingStore, ...sharingPlaces].join(
      '\nunion all\n',
    )}
  ), prior_outcomes as materialized (${priorOutcomes})
  select found.*, prior_outcomes.label, prior_outcomes.was_reviewed, prior_outcomes.was_rejected,
    (${bannerTotal}) as banner_p99,
    (${salesRepShare}) as sales_rep_share,
    (${binDay}) as bin_day,
    (${goodsTraffic}) as goods_traffic,
    (${domainPast}) as domain_past,
    (${usualTraffic('bin')}) as usual_bin,
    (${usualTraffic('ip')}) as usual_ip,
    (${usualTraffic('store')}) as usual_store
  from found join prior_outcomes using (transaction_id)`;

const hex = z.instanceof(Buffer).transform((bytes) => bytes.toString('hex'));
const Row = z.object({
  shared: z.enum(sharedKinds),
  transaction_id: z.string(),
  position: z.coerce.number(),
  received_at: z.date(),
  order_hash: hex,
  card: hex,
  email: hex.nullable(),
  account: hex.nullable(),
  device: hex.nullable(),
  ip: hex.nullable(),
  // Postgres returns bigint as text.
  response_code: z.string().transform(Number).nullable(),
  avs_code: z.string().nullable(),
  last4: z.string().nullable(),
  billing_postal: hex.nullable(),
  amount: z.coerce.number(),
  authorized_amount: z.coerce.number(),
  currency: z.string(),
  goods_hash: hex,
  promotions: z.string().nullable(),
  was_reviewed: z.boolean(),
  was_rejected: z.boolean(),
  label: z.enum(labelKinds).nullable(),
  name: hex.nullable(),
  place: hex.nullable(),
  // Postgres returns numeric as text.
  banner_p99: z.string().transform(Number).nullable(),
  sales_rep_share: z.number().nullable(),
  bin_day: BinDayColumn,
  goods_traffic: GoodsTrafficColumn,
  domain_past: DomainColumn,
  usual_bin: UsualColumn,
  usual_ip: UsualColumn,
  usual_store: UsualColumn,
});

/** Extracts the hashes from Postgres's array text, such as `{"\\\\x0aff","\\\\x0b00"}`, as hex. */
const hashesIn = (list: string | null): string[] => list?.match(/[\da-f]{2,}/g) ?? [];

const isIn = (kinds: readonly SharedKind[], { shared }: z.output<typeof Row>): boolean =>
  kinds.includes(shared);

const toHistoryRow = (row: z.output<typeof Row>): HistoryRow => ({
  transactionId: row.transaction_id,
  position: row.position,
  receivedAtMs: row.received_at.getTime(),
  order: row.order_hash,
  card: row.card,
  email: row.email,
  account: row.account,
  device: row.device,
  ip: row.ip,
  responseCode: row.response_code,
  avsCode: row.avs_code,
  last4: row.last4,
  billingPostal: row.billing_postal,
  amount: row.amount,
  authorizedAmount: row.authorized_amount,
  currency: row.currency,
  goods: row.goods_hash,
  promotions: hashesIn(row.promotions),
  // The lookup covers an order if any of its subjects needs it, so filter by this row's subject.
  wasReviewed: isIn(reviewedKinds, row) && row.was_reviewed,
  wasRejected: isIn(rejectedKinds, row) && row.was_rejected,
  label: isIn(labelledKinds, row) ? row.label : null,
  name: row.name,
  place: row.place,
});

/**
 * The orders that share a subject with a stored order, itself included, as of its position, with
 * what was known of them at its receipt: a later call gives the same result. Rows of a subject are
 * unordered.
 */
export const readHistory = async (db: Queryable, transactionId: string): Promise<History> => {
  const { rows } = await reached(
    db.query({ name: 'read-history', text: readHistoryText, values: [transactionId] }),
  );
  const found = parseRows(Row, rows);
  const of = (kind: SharedKind): HistoryRow[] =>
    found.filter((row) => row.shared === kind).map(toHistoryRow);
  return {
    card: of('card'),
    email: of('email'),
    account: of('account'),
    device: of('device'),
    ip: of('ip'),
    bin: of('bin'),
    address: of('address'),
    house: of('house'),
    salesRep: of('salesRep'),
    goods: of('goods'),
    store: of('store'),
    bannerP99: found[0]?.banner_p99 ?? null,
    salesRepShare: found[0]?.sales_rep_share ?? null,
    binDay: found[0]?.bin_day ?? noHistory.binDay,
    goodsTraffic: found[0]?.goods_traffic ?? null,
    domain: found[0]?.domain_past ?? null,
    usual: {
      bin: found[0]?.usual_bin ?? null,
      ip: found[0]?.usual_ip ?? null,
      store: found[0]?.usual_store ?? null,
    },
  };
};
