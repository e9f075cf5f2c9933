import { z } from 'zod';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

/** The variables that hold lists of keys. */
export type KeyList = 'PAYLOAD_KEYS' | 'CARD_TOKEN_KEYS';

/** Rows that need their key: a description for people, and the selection of the rows. */
interface Need {
  readonly what: string;
  /** `from` and `where`, with `$2` as the present time. */
  readonly rows: string;
}

/** Rows that name the key with which they were written. */
interface KeyUse {
  readonly list: KeyList;
  /** The key's id in a row, as bytes. */
  readonly key: string;
  /** All rows, as in the index on the key. */
  readonly rows: string;
  readonly needs: readonly Need[];
}

const sealed = (column: string, rows: string, needs: readonly Need[]): KeyUse => ({
  list: 'PAYLOAD_KEYS',
  key: `sealed_key_id(${column})`,
  rows,
  needs,
});

/** A kind of rows that all need their key. */
const sealedRows = (what: string, column: string, rows: string): KeyUse =>
  sealed(column, rows, [{ what, rows }]);

/** Keyed hashes name their key in a column. */
const hashed = (rows: string, need: Need, key = 'key_id'): KeyUse => ({
  list: 'CARD_TOKEN_KEYS',
  key,
  rows,
  needs: [need],
});

const orders = (status: string): string => `from transactions where status = '${status}'`;

/** How far back orders and evidence count for a later order. */
const reach = `interval '180 days'`;

/**
 * Everything that is sealed, or hashed and searched, with the rows that may still be read. Older
 * history is not read; a repeat of such an order is answered as a repeat.
 */
const uses: readonly KeyUse[] = [
  sealed('body', 'from transactions where true', [
    { what: 'orders without a decision', rows: orders('deciding') },
    { what: 'orders that OMS has not taken', rows: orders('settling') },
    {
      what: 'open cases',
      rows: `from cases c join transactions t using (transaction_id) where c.status = 'open'`,
    },
    { what: 'stored orders in all', rows: 'from transactions where true' },
  ]),
  sealedRows('remarks of reviewers', 'remarks', 'from verdicts where remarks is not null'),
  sealedRows('notes of reviewers', 'text', 'from case_notes where true'),
  sealed('remarks', 'from case_decisions where remarks is not null', [
    {
      what: 'decisions that wait',
      rows: `from case_decisions where remarks is not null
        and state in ('awaiting_second', 'pending', 'applying')`,
    },
  ]),
  sealedRows('reasons of OMS', 'oms_reason', 'from cases where oms_reason is not null'),
  sealedRows('pushes of AiFi that wait', 'body', 'from aifi_pushes where drained_at is null'),
  sealedRows('alert rules', 'emails', 'from alert_rules where deleted_at is null'),
  sealedRows('mails that wait', 'address', `from alert_mails where state = 'waiting'`),
  sealedRows('loyalty members', 'account', 'from loyalty_members where true'),
  hashed('from list_entries where key_id is not null and removed_at is null', {
    what: 'entries on lists',
    rows: `from list_entries where key_id is not null and removed_at is null
      and (expires_at is null or expires_at > $2)`,
  }),
  hashed(
    `from (select jsonb_path_query(change, '$.entries[*].written.keyId') #>> '{}' as key_id
        from proposals where status = 'waiting' and kind = 'list_entries') entries
      where key_id is not null`,
    {
      what: 'proposed entries that wait',
      rows: `from (select jsonb_path_query(change, '$.entries[*].written.keyId') #>> '{}' as key_id
          from proposals where status = 'waiting' and kind = 'list_entries') entries
        where true`,
    },
  ),
  hashed('from evidence where withdrawn_at is null', {
    what: 'pieces of evidence',
    rows: `from evidence where withdrawn_at is null and recorded_at > $2::timestamptz - ${reach}`,
  }),
  hashed('from order_history where true', {
    what: 'orders of the last 180 days that later ones are compared with',
    rows: `from order_history where received_at > $2::timestamptz - ${reach}`,
  }),
];

const KeyRow = z.object({
  key: z.union([z.string(), z.instanceof(Buffer).transform((id) => id.toString('utf8'))]),
});

/** Anything else in place of an id belongs to a row that no key of ours has sealed. */
const isKeyId = (id: string): boolean => /^[\w-]{1,32}$/.test(id);

/** Walks from one id to the next: a few index lookups, however many rows there are. */
const idsText = ({ key, rows }: KeyUse): string => `with recursive ids(key) as (
    (select ${key} ${rows} and ${key} is not null order by 1 limit 1)
    union all
    select (select ${key} ${rows} and ${key} > ids.key order by 1 limit 1)
    from ids where ids.key is not null
  ) select key from ids where key is not null`;

/** The queries of each start. */
export const keyIdsTexts: readonly string[] = uses.map(idsText);

/** The count stops here, so that a start does not wait for it. */
export const rowsCountedMax = 1000;

const countText = ({ key }: KeyUse, need: Need): string => `select count(*)::int as rows from (
    select ${need.rows} and ${key} = $1 and $2::timestamptz is not null limit ${rowsCountedMax}
  ) counted`;

/** Rows that need a key; `rows` is at most `rowsCountedMax`. */
export interface KeyNeed {
  readonly what: string;
  readonly rows: number;
}

/** A key that rows name and this process does not have. */
export interface NeededKey {
  readonly list: KeyList;
  readonly keyId: string;
  readonly needs: readonly KeyNeed[];
}

const needsOf = async (
  db: Queryable,
  use: KeyUse,
  keyId: string,
  now: Date,
): Promise<KeyNeed[]> => {
  const id = use.list === 'PAYLOAD_KEYS' ? Buffer.from(keyId, 'utf8') : keyId;
  const counted: KeyNeed[] = [];
  for (const need of use.needs) {
    const { rows } = await reached(db.query(countText(use, need), [id, now]));
    const found = parseRow(z.object({ rows: z.int() }), rows)?.rows ?? 0;
    if (found > 0) counted.push({ what: need.what, rows: found });
  }
  return counted;
};

const SampleRow = z.object({ transaction_id: z.string(), body: z.instanceof(Buffer) });

/** A few of the oldest orders sealed under a key id. */
export const listSealedSample = async (
  db: Queryable,
  keyId: string,
): Promise<{ readonly transactionId: string; readonly body: Buffer }[]> => {
  const { rows } = await reached(
    db.query(
      'select transaction_id, body from transactions where sealed_key_id(body) = $1 limit 5',
      [Buffer.from(keyId, 'utf8')],
    ),
  );
  return parseRows(SampleRow, rows).map(({ transaction_id: transactionId, body }) => ({
    transactionId,
    body,
  }));
};

const HashedRow = SampleRow.extend({ hashes: z.array(z.instanceof(Buffer).nullable()) });

/**
 * A few of the oldest orders whose subjects were hashed under a key id: their hashes and sealed
 * bodies. Throws `TemporarilyUnavailable`.
 */
export const listHashedSample = async (
  db: Queryable,
  keyId: string,
): Promise<
  {
    readonly transactionId: string;
    readonly body: Buffer;
    readonly hashes: readonly Buffer[];
  }[]
> => {
  const { rows } = await reached(
    db.query(
      `select transaction_id, body, array[email, account, device, ip, billing_postal] as hashes
        from (
          select * from order_history where key_id = $1 order by received_at limit 5
        ) oldest join transactions using (transaction_id)`,
      [keyId],
    ),
  );
  return parseRows(HashedRow, rows).map(({ transaction_id: transactionId, body, hashes }) => ({
    transactionId,
    body,
    hashes: hashes.filter((hash) => hash !== null),
  }));
};

/**
 * The keys that are still needed but not in `present`, each with what needs it. When none is
 * missing, it costs a few index lookups, whatever the number of rows.
 */
export const listNeededKeys = async (
  db: Queryable,
  present: Readonly<Record<KeyList, readonly string[]>>,
  now: Date,
): Promise<NeededKey[]> => {
  const missing = new Map<string, NeededKey>();
  for (const use of uses) {
    const { rows } = await reached(db.query(idsText(use)));
    const ids = parseRows(KeyRow, rows).map(({ key }) => key);
    const absent = ids.filter((id) => isKeyId(id) && !present[use.list].includes(id));
    for (const keyId of absent) {
      const name = `${use.list} ${keyId}`;
      const before = missing.get(name)?.needs ?? [];
      const needs = [...before, ...(await needsOf(db, use, keyId, now))];
      missing.set(name, { list: use.list, keyId, needs });
    }
  }
  return [...missing.values()].filter(({ needs }) => needs.length > 0);
};
