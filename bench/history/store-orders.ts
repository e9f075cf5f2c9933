import type { Pool } from '../../db/pool.js';
import type { HistoryEntry } from '../../db/insert-order.js';

/** Earlier orders of each shopper among the stored ones. */
const ordersPerShopper = 10;
const batch = 250_000;
const days = 180;

const tables = ['transactions', 'order_history', 'order_card_digits', 'order_addresses', 'labels'];

/** Indexes without a constraint: creating them after the rows is faster. */
const plainIndexes = async (db: Pool): Promise<{ name: string; text: string }[]> => {
  const { rows } = await db.query<{ name: string; text: string }>(
    `select indexname as name, indexdef as text from pg_indexes
      where tablename = any($1) and not exists (
        select 1 from pg_constraint where conname = indexname)`,
    [tables],
  );
  return rows;
};

const shopperColumns = ['card', 'email', 'account', 'device', 'ip', 'billing_postal'] as const;

const storeShoppers = async (db: Pool, shoppers: readonly HistoryEntry[]): Promise<void> => {
  await db.query('drop table if exists shoppers');
  await db.query(`create unlogged table shoppers (number integer primary key, card bytea,
    email bytea, account bytea, device bytea, ip bytea, billing_postal bytea, bin text,
    last4 text, address bytea, name bytea, house bytea)`);
  for (const [number, one] of shoppers.entries()) {
    const [place] = one.addresses;
    const values = [
      number,
      ...[one.card, one.email, one.account, one.device, one.ip, one.billingPostal],
      ...[one.bin, one.last4, place?.address ?? null, place?.name ?? null, place?.house ?? null],
    ];
    const places = values.map((_, index) => `$${index + 1}`).join(', ');
    await db.query(`insert into shoppers values (${places})`, values);
  }
};

/** Hashes of numbers as strangers, as many of each kind as a retailer of that size has. */
const strangers = {
  card: 3_000_000,
  email: 2_500_000,
  account: 2_000_000,
  device: 4_000_000,
  ip: 1_500_000,
  billing_postal: 30_000,
} as const;

const hashOf = (kind: string, expression: string): string =>
  `decode(md5('${kind}' || (${expression})::text), 'hex')`;

const batchText = (keyId: string, stored: number, step: number, shoppers: number): string => `
  with numbered as materialized (
    select i, 'stored-' || lpad(i::text, 9, '0') as id,
      now() - interval '${days} days' + i * (interval '${days} days' / ${stored}) as at,
      case when i % ${step} = 0 then (i / ${step}) % ${shoppers} end as shopper
    from generate_series($1::bigint, $2::bigint) as i
  ), opened as (
    insert into transactions (transaction_id, workflow_id, banner, order_id, group_id,
      content_key_id, content_hash, body, status, received_at, updated_at)
    select id, 's5a:' || id || ':1', 's5a', id, '1', '${keyId}', '\\x00', '\\x00', 'processed',
      at, at from numbered
  ), noted as (
    insert into order_history (transaction_id, received_at, banner, order_hash, key_id,
      ${shopperColumns.join(', ')}, other_keys, amount, authorized_amount, currency, goods_hash)
    select id, at, 's5a', ${hashOf('order', 'i')}, '${keyId}',
      ${shopperColumns
        .map((kind) => `coalesce(s.${kind}, ${hashOf(kind, `i * 7919 % ${strangers[kind]}`)})`)
        .join(', ')},
      '{}', 20 + i % 400, 20 + i % 400, 'USD', ${hashOf('goods', 'i % 90000')}
    from numbered left join shoppers s on s.number = shopper order by i
    returning transaction_id, position, received_at
  ), digits as (
    insert into order_card_digits (transaction_id, position, received_at, bin, last4)
    select id, position, at, coalesce(s.bin, (400000 + i * 31 % 2000)::text),
      coalesce(s.last4, lpad((i * 7919 % 10000)::text, 4, '0'))
    from numbered join noted on transaction_id = id left join shoppers s on s.number = shopper
  ), placed as (
    insert into order_addresses (transaction_id, position, received_at, address, name, house)
    select id, position, at, coalesce(s.address, ${hashOf('place', 'i * 7919 % 2600000')}),
      coalesce(s.name, ${hashOf('name', 'i * 7919 % 2500000')}),
      coalesce(s.house, ${hashOf('house', 'i * 7919 % 2600000 / 4')})
    from numbered join noted on transaction_id = id left join shoppers s on s.number = shopper
  )
  insert into labels (label_id, transaction_id, banner, kind, source, source_id, said_by, said_at)
  select gen_random_uuid(), id, 's5a', 'fraud', 'csv', '', 'bench', at + interval '30 days'
  from numbered where i % 200 = 1`;

/**
 * Stores orders of half a year by SQL, with the rows that scoring reads: hashes, card digits,
 * places, and a label for one in 200. Their bodies are empty, and they have no decisions.
 */
export const storeOrders = async (
  db: Pool,
  stored: number,
  keyId: string,
  shoppers: readonly HistoryEntry[],
  say: (line: string) => void,
): Promise<void> => {
  await storeShoppers(db, shoppers);
  const indexes = await plainIndexes(db);
  for (const { name } of indexes) await db.query(`drop index ${name}`);
  const step = Math.max(1, Math.floor(stored / (shoppers.length * ordersPerShopper)));
  const text = batchText(keyId, stored, step, shoppers.length);
  for (let from = 1; from <= stored; from += batch) {
    const client = await db.connect();
    try {
      // Skips foreign keys, which are triggers: the rows are consistent by construction.
      await client.query('set session_replication_role = replica');
      await client.query(text, [from, Math.min(stored, from + batch - 1)]);
      await client.query('set session_replication_role = origin');
    } finally {
      client.release();
    }
    if (from % (batch * 4) === 1) say(`${Math.round((100 * from) / stored)} % stored`);
  }
  for (const { name, text: definition } of indexes) {
    say(`building ${name}`);
    await db.query(definition);
  }
  await db.query(`vacuum analyze ${tables.join(', ')}`);
  // Flushes the writes of half a year, which a normal day does not have.
  await db.query('checkpoint');
};
