import { type Transaction, workflowIdOf } from '../../contracts/hbc/transaction.js';
import type { HistoryEntry } from '../../db/insert-order.js';
import { canonicalJson } from '../../domain/canonical-json.js';
import { sanitiseItem, sanitiseTransaction } from '../../domain/sanitise.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import type { Tokeniser } from '../context.js';
import { mapInTurns } from '../turns.js';
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
