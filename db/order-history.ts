import { z } from 'zod';
import type { History, HistoryRow, SharedKind } from '../domain/history.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

/**
 * Rows of one subject that are looked at, the latest first. Every limit of a rule lies far below;
 * a subject that thousands share costs no more than one that two hundred share.
 */
const rowsMax = 200;

/** How far back each subject is looked at; a BIN is shared by strangers. */
const reach: Readonly<Record<SharedKind, string>> = {
  card: '180 days',
  email: '180 days',
  account: '180 days',
  device: '14 days',
  ip: '1 day',
  bin: '1 hour',
  address: '180 days',
};

const hashed = ['card', 'email', 'account', 'device', 'ip'] as const;

/** The own value of a subject with what it is under the other live keys. */
const valuesOf = (kind: string): string =>
  `array_append(array(select decode(jsonb_array_elements_text(own.other_keys -> '${kind}'),
    'hex')), own.${kind})`;

/** What the own order has under another key is the same card, mailbox or account. */
const asOwn = (kind: string): string =>
  `case when h.${kind} = any(${valuesOf(kind)}) then own.${kind} else h.${kind} end as ${kind}`;

const columns = `h.transaction_id, h.position, h.received_at, h.order_hash, ${asOwn('card')},
  ${asOwn('email')}, ${asOwn('account')}, ${asOwn('device')}, h.billing_postal,
  h.amount, h.authorized_amount, h.goods_hash`;

const sharing = (kind: (typeof hashed)[number]): string => `select '${kind}' as kind, found.*
  from own cross join lateral (
    select ${columns}, null::text as last4, null::bytea as name
    from order_history h
    where h.${kind} = any(${valuesOf(kind)})
      and h.position <= own.position
      and h.received_at > own.received_at - interval '${reach[kind]}'
      and h.received_at <= own.received_at
    order by h.received_at desc limit ${rowsMax}
  ) found where own.${kind} is not null`;

const sharingAddress = `select 'address' as kind, found.* from own cross join lateral (
    select ${columns}, null::text as last4,
      case when h.key_id = own.key_id then place.name end as name
    from order_addresses place
    join order_history h on h.transaction_id = place.transaction_id
    where place.address = any(own.places) and place.position <= own.position
      and place.received_at > own.received_at - interval '${reach.address}'
      and place.received_at <= own.received_at
    order by place.received_at desc limit ${rowsMax}
  ) found`;

const sharingBin = `select 'bin' as kind, found.* from own cross join lateral (
    select ${columns}, digits.last4, null::bytea as name
    from order_card_digits digits
    join order_history h on h.transaction_id = digits.transaction_id
    where digits.bin = own.bin and digits.position <= own.position
      and digits.received_at > own.received_at - interval '${reach.bin}'
      and digits.received_at <= own.received_at
    order by digits.received_at desc limit ${rowsMax}
  ) found`;

export const readHistoryText = `with own as materialized (
    select h.*, digits.bin, array(select address from order_addresses where transaction_id = $1)
      || array(select decode(jsonb_array_elements_text(other_keys -> 'address'), 'hex')) as places
    from order_history h join order_card_digits digits using (transaction_id)
    where transaction_id = $1
  ) ${[...hashed.map(sharing), sharingBin, sharingAddress].join('\nunion all\n')}`;

const hex = z.instanceof(Buffer).transform((bytes) => bytes.toString('hex'));
const Row = z.object({
  kind: z.enum([...hashed, 'bin', 'address']),
  transaction_id: z.string(),
  position: z.coerce.number(),
  received_at: z.date(),
  order_hash: hex,
  card: hex,
  email: hex.nullable(),
  account: hex.nullable(),
  device: hex.nullable(),
  last4: z.string().nullable(),
  billing_postal: hex.nullable(),
  amount: z.coerce.number(),
  authorized_amount: z.coerce.number(),
  goods_hash: hex,
  name: hex.nullable(),
});

const toHistoryRow = (row: z.output<typeof Row>): HistoryRow => ({
  transactionId: row.transaction_id,
  position: row.position,
  receivedAtMs: row.received_at.getTime(),
  order: row.order_hash,
  card: row.card,
  email: row.email,
  account: row.account,
  device: row.device,
  last4: row.last4,
  billingPostal: row.billing_postal,
  amount: row.amount,
  authorizedAmount: row.authorized_amount,
  goods: row.goods_hash,
  name: row.name,
});

/**
 * The orders that share a subject with a stored one, itself included, as they stood at its own
 * position: asked again later, the answer is the same.
 */
export const readHistory = async (db: Queryable, transactionId: string): Promise<History> => {
  const { rows } = await reached(
    db.query({ name: 'read-history', text: readHistoryText, values: [transactionId] }),
  );
  const found = parseRows(Row, rows);
  const of = (kind: SharedKind): HistoryRow[] =>
    found.filter((row) => row.kind === kind).map(toHistoryRow);
  return {
    card: of('card'),
    email: of('email'),
    account: of('account'),
    device: of('device'),
    ip: of('ip'),
    bin: of('bin'),
    address: of('address'),
  };
};
