import { z } from 'zod';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';
import { parseRow } from './rows.js';

/** What later orders may count of an order: keyed hashes, codes and amounts, nothing personal. */
export interface HistoryEntry {
  /** Id of the key of the hashes. */
  readonly keyId: string;
  /** Equal for all shipment groups of an order. */
  readonly orderHash: Buffer;
  readonly card: Buffer;
  readonly email: Buffer | null;
  /** The domain of the mailbox, where it may be a firm's own. */
  readonly emailDomain: Buffer | null;
  readonly account: Buffer | null;
  readonly device: Buffer | null;
  readonly ip: Buffer | null;
  readonly salesRep: Buffer | null;
  readonly bin: string;
  readonly last4: string;
  readonly billingPostal: Buffer | null;
  /** By kind, in hex: the same values under the other live keys. */
  readonly otherKeys: Readonly<Record<string, readonly string[]>>;
  /** Major units of `currency`. */
  readonly amount: number;
  readonly authorizedAmount: number;
  readonly currency: string;
  readonly responseCode: number;
  readonly avsCode: string;
  /** A hash of articles and quantities, independent of their order. */
  readonly goodsHash: Buffer;
  /** As `storeOf`. */
  readonly store: string | null;
  /** Each promotion code once, hashed without a key: codes are not secret. */
  readonly promotions: readonly Buffer[];
  /** Each address that the order ships to, with the recipient's name there and the house. */
  readonly addresses: readonly {
    readonly address: Buffer;
    readonly name: Buffer | null;
    readonly house: Buffer | null;
  }[];
  /** One 64-bit number for each subject and live key, in decimal. */
  readonly locks: readonly string[];
}

export interface NewTransaction {
  readonly transactionId: string;
  readonly workflowId: string;
  readonly banner: string;
  readonly orderId: string;
  readonly groupId: string;
  readonly contentKeyId: string;
  readonly contentHash: Buffer;
  readonly body: Buffer;
  readonly history: HistoryEntry;
}

const insertHistory = `noted as (
    insert into order_history (transaction_id, received_at, banner, order_hash, key_id, card, email,
      account, device, ip, billing_postal, other_keys, amount, authorized_amount, currency,
      goods_hash, sales_rep, promotions, response_code, avs_code, email_domain, store)
    select transaction_id, received_at, $4, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
      $21, $22, $23, $24::bytea[], $29, $30, $32, $33
    from stored
    returning transaction_id, position, received_at
  ), numbered as (
    insert into order_card_digits (transaction_id, position, received_at, bin, last4)
    select transaction_id, position, received_at, $25, $26 from noted
  ), placed as (
    insert into order_addresses (transaction_id, position, received_at, address, name, house)
    select noted.transaction_id, noted.position, noted.received_at, place.address, place.name,
      place.house
    from noted, unnest($27::bytea[], $28::bytea[], $31::bytea[]) as place(address, name, house)
  )`;

const insertTransactionText = `with locked as materialized (
    select lock_subjects($1::bigint[]) as at
  ), stored as (
    insert into transactions (transaction_id, workflow_id, banner, order_id, group_id,
      content_key_id, content_hash, body, status, received_at, updated_at)
    select $2, $3, $4, $5, $6, $7, $8, $9, 'deciding', at, at from locked
    on conflict do nothing
    returning transaction_id, received_at
  ), evented as (
    insert into order_events (transaction_id, kind, at)
    select transaction_id, 'received', received_at from stored
  ), ${insertHistory}
  select received_at from stored`;

const historyValues = (history: HistoryEntry): unknown[] => [
  history.orderHash,
  history.keyId,
  history.card,
  history.email,
  history.account,
  history.device,
  history.ip,
  history.billingPostal,
  toJson(history.otherKeys),
  history.amount,
  history.authorizedAmount,
  history.currency,
  history.goodsHash,
  history.salesRep,
  history.promotions,
  history.bin,
  history.last4,
  history.addresses.map(({ address }) => address),
  history.addresses.map(({ name }) => name),
  history.responseCode,
  history.avsCode,
  history.addresses.map(({ house }) => house),
  history.emailDomain,
  history.store,
];

const ReceivedRow = z.object({ received_at: z.date() });

/**
 * Stores a transaction with its history row and event. Returns the instant of receipt, which the
 * database takes under the locks of the order's subjects; undefined when the key exists.
 */
export const insertTransaction = async (
  db: Queryable,
  row: NewTransaction,
): Promise<Date | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'insert-transaction',
      text: insertTransactionText,
      values: [
        row.history.locks,
        row.transactionId,
        row.workflowId,
        row.banner,
        row.orderId,
        row.groupId,
        row.contentKeyId,
        row.contentHash,
        row.body,
        ...historyValues(row.history),
      ],
    }),
  );
  return parseRow(ReceivedRow, rows)?.received_at;
};
