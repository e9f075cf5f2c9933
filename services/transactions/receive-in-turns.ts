import type { Transaction } from '../../contracts/hbc/transaction.js';
import { sanitiseItem } from '../../domain/sanitise.js';
import type { Tokeniser } from '../ports.js';
import { mapInTurns } from '../turns.js';
import { type ReceivedTransaction, receiveTransaction } from './receive.js';

/** As `receiveTransaction`, with turns for others between the lines of an order with many. */
export const receiveInTurns = async (
  tokeniser: Tokeniser,
  parsed: Transaction,
): Promise<ReceivedTransaction> => {
  const pan = parsed.creditCard.cardNumber;
  const items = await mapInTurns(parsed.items, (item) => sanitiseItem(item, pan));
  return receiveTransaction(tokeniser, parsed, items);
};
