import { type Transaction, workflowIdOf } from '../../contracts/hbc/transaction.js';
import { type HistoryEntry, insertTransaction } from '../../db/insert-order.js';
import { listOpenOrders, type OpenOrder } from '../../db/sweeps.js';
import { findTransaction, listStored, type TransactionRow } from '../../db/transactions.js';
import { canonicalJson } from '../../domain/canonical-json.js';
import { sanitiseItem, sanitiseTransaction } from '../../domain/sanitise.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import type { Context, Tokeniser } from '../context.js';
import { createTurns, mapInTurns } from '../turns.js';
import { readPlaces } from './fact-source.js';
import { historyEntryOf } from './history.js';
import { transactionIdOfWorkflow } from './ids.js';

/** A received transaction, without the card number. */
export interface ReceivedTransaction {
  readonly transactionId: string;
  readonly workflowId: string;
  readonly transaction: SanitisedTransaction;
  /** Its history entry, which later orders count. */
  readonly history: () => HistoryEntry;
  readonly contentKeyId: string;
  /** Keyed hash of the content under a key id; undefined when that key has been retired. */
  readonly contentHash: (keyId: string) => Buffer | undefined;
}

/** The id of an order and shipment group. It never changes for the same banner and numbers. */
export const transactionIdOf = (key: Parameters<typeof workflowIdOf>[0]): string =>
  transactionIdOfWorkflow(workflowIdOf(key));

/**
 * Sanitises a parsed transaction: derives ids and replaces the card number with tokens, first six
 * and last four. The content hash leaves out `lastModifiedDate`, which OMS may change freely.
 */
export const receiveTransaction = (
  tokeniser: Tokeniser,
  parsed: Transaction,
  items?: Transaction['items'],
): ReceivedTransaction => {
  const workflowId = workflowIdOf(parsed);
  const transaction = sanitiseTransaction(parsed, tokeniser.cardTokens, items);
  const hashes = new Map<string, Buffer | undefined>();
  const contentHash = (keyId: string): Buffer | undefined => {
    if (!hashes.has(keyId)) {
      const canonical = canonicalJson({ ...parsed, lastModifiedDate: undefined });
      hashes.set(keyId, tokeniser.contentHash(keyId, canonical));
    }
    return hashes.get(keyId);
  };
  return {
    transactionId: transactionIdOf(parsed),
    workflowId,
    transaction,
    history: () => historyEntryOf(tokeniser, transaction),
    contentKeyId: tokeniser.currentKeyId,
    contentHash,
  };
};

/** As `receiveTransaction`, but yields to other work between the lines of a large order. */
export const receiveInTurns = async (
  tokeniser: Tokeniser,
  parsed: Transaction,
): Promise<ReceivedTransaction> => {
  const pan = parsed.creditCard.cardNumber;
  const items = await mapInTurns(parsed.items, (item) => sanitiseItem(item, pan));
  return receiveTransaction(tokeniser, parsed, items);
};

/** A stored order's content cannot be compared: the key of its hash has been retired. */
export class ContentKeyMissing extends Error {
  override readonly name = 'ContentKeyMissing';
}

/** A stored order: with the same content, or with other content. */
export type StoredTransaction =
  | { readonly kind: 'repeated'; readonly row: TransactionRow }
  | { readonly kind: 'conflict' };

type OpenedTransaction = { readonly kind: 'opened'; readonly receivedAt: Date } | StoredTransaction;

/**
 * Compares an order with the stored one under its id. Throws `ContentKeyMissing`, and an error when
 * none is stored.
 */
export const findStored = async (
  { db }: Context,
  received: ReceivedTransaction,
): Promise<StoredTransaction> => {
  const row = await findTransaction(db, received.transactionId);
  if (row === undefined) throw new Error('a stored transaction was not found');
  const expected = received.contentHash(row.content_key_id);
  if (expected === undefined) throw new ContentKeyMissing('the key of a stored hash is missing');
  return expected.equals(row.content_hash) ? { kind: 'repeated', row } : { kind: 'conflict' };
};

/** An order that was answered: its id, and the hash of its content under a key. */
export interface AnsweredOrder {
  readonly transactionId: string;
  readonly contentKeyId: string;
  readonly contentHash: Buffer;
}

/** The row of an answered order; undefined when none with that content is stored. */
export const findUnchanged = async (
  { db }: Context,
  { transactionId, contentKeyId, contentHash }: AnsweredOrder,
): Promise<TransactionRow | undefined> => {
  const row = await findTransaction(db, transactionId);
  const isSame = row?.content_key_id === contentKeyId && contentHash.equals(row.content_hash);
  return isSame ? row : undefined;
};

/**
 * Stores the transaction's row, which guarantees its decision whatever happens later. The same
 * order with the same content is a repeat, with other content a conflict. Throws
 * `ContentKeyMissing`.
 */
export const openTransaction = async (
  context: Context<'vault'>,
  received: ReceivedTransaction,
): Promise<OpenedTransaction> => {
  const { transaction, transactionId } = received;
  const contentHash = received.contentHash(received.contentKeyId);
  if (contentHash === undefined) throw new ContentKeyMissing('the writing key is missing');
  await readPlaces(transaction);
  const turn = createTurns();
  const body = context.vault.seal(JSON.stringify(transaction), transactionId);
  await turn();
  const history = received.history();
  await turn();
  const receivedAt = await insertTransaction(context.db, {
    transactionId,
    workflowId: received.workflowId,
    banner: transaction.banner,
    orderId: transaction.orderId,
    groupId: transaction.groupId,
    contentKeyId: received.contentKeyId,
    contentHash,
    body,
    history,
  });
  if (receivedAt !== undefined) return { kind: 'opened', receivedAt };
  return findStored(context, received);
};

/** The given transaction ids that are stored. */
export const listKnown = async (
  { db }: Context,
  transactionIds: readonly string[],
): Promise<ReadonlySet<string>> => new Set(await listStored(db, transactionIds));

/** An order that is not finished; undefined when it is, or unknown. */
export const findOpenOrder = async (
  { db }: Context,
  transactionId: string,
): Promise<OpenOrder | undefined> => (await listOpenOrders(db, [transactionId]))[0];
