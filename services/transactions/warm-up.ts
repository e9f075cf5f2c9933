import { findOrder } from '../../db/orders.js';
import { readHistory } from '../../db/order-history.js';
import { type Pool, type Queryable, reached } from '../../db/pool.js';
import { lookUpTokens } from '../../db/subject-lookup.js';
import type { Transaction } from '../../contracts/hbc/transaction.js';
import type { Context } from '../context.js';
import { openTransaction, receiveTransaction } from './receive.js';

/** A few more than one order uses at once. */
const connections = 4;

/**
 * Opens `count` connections of a pool at once, runs `work` with those that opened, and returns them
 * to the pool. Throws when one could not be opened, once the work is done, and what the work
 * throws.
 */
const withConnections = async (
  pool: Pool,
  count: number,
  work: (opened: readonly Queryable[]) => Promise<unknown>,
): Promise<void> => {
  const clients = await Promise.allSettled(
    Array.from({ length: count }, () => reached(pool.connect())),
  );
  const opened = clients.flatMap((client) => (client.status === 'fulfilled' ? [client.value] : []));
  try {
    await work(opened);
    const failed = clients.find((client) => client.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  } finally {
    for (const client of opened) client.release();
  }
};

/** Opens connections in advance of the first order. */
export const openConnections = (pool: Pool): Promise<void> =>
  withConnections(pool, connections, () => Promise.resolve());

/** No order has this id. */
const nobody = '';

/**
 * Opens all connections of the pool and prepares the queries of `loadFactSource` on each, so that
 * no order waits for that. When it throws, orders prepare what they use.
 */
export const warmReads = async (reads: Pool): Promise<void> => {
  const at = new Date();
  const plan = async (db: Queryable): Promise<void> => {
    await findOrder(db, nobody);
    await readHistory(db, nobody);
    await lookUpTokens(db, { listed: [], evidenced: [] }, at);
  };
  await withConnections(reads, reads.options.max, (opened) => Promise.all(opened.map(plan)));
};

/**
 * Stores an order as the API does, under another id and without the locks of its subjects: no order
 * may wait for a rehearsal. The caller rolls it back.
 */
export const storeForRehearsal = async (
  context: Context<'vault' | 'tokeniser'>,
  transactionId: string,
  order: Transaction,
): Promise<void> => {
  const received = receiveTransaction(context.tokeniser, order);
  const history = () => ({ ...received.history(), locks: [] });
  const own = { ...received, transactionId, workflowId: transactionId, history };
  await openTransaction(context, own);
};
