import { randomBytes } from 'node:crypto';
import {
  type Transaction,
  parseTransaction,
  workflowIdOf,
} from '../../contracts/hbc/transaction.js';
import type { HistoryEntry } from '../../db/insert-order.js';
import type { Pool } from '../../db/pool.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import { createOrderGenerator } from '../../local/demo/generate.js';
import type { Tokeniser, Vault } from '../../services/context.js';
import { crossReferenceOf, transactionIdOfWorkflow } from '../../services/transactions/ids.js';
import { receiveTransaction } from '../../services/transactions/receive.js';
import type { Plan } from './plan.js';
import { insertDecided, insertOrders, type SeededOrder } from './seed-rows.js';

export interface SeedDeps {
  readonly db: Pool;
  readonly vault: Vault;
  readonly tokeniser: Tokeniser;
}

const batch = 2000;
const hashBytes = 16;

/** Two at a time: one batch is sealed while Postgres stores the other. */
const inBatches = async (
  total: number,
  store: (from: number, count: number) => Promise<void>,
): Promise<void> => {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let from = next; from < total; from = next) {
      next += batch;
      await store(from, Math.min(batch, total - from));
    }
  };
  await Promise.all([worker(), worker()]);
};

/** A customer's order as the product receives it, from which further ones are made. */
interface Customer {
  readonly transaction: SanitisedTransaction;
  readonly history: HistoryEntry;
}

const parsed = (body: unknown): Transaction => {
  const read = parseTransaction(body);
  if (!read.ok) throw new Error(`a made-up order was refused: ${JSON.stringify(read.faults)}`);
  return read.value;
};

/** The customer of an order's body. Throws when the body is not valid. */
export const customerOf = (tokeniser: Tokeniser, body: unknown): Customer => {
  const received = receiveTransaction(tokeniser, parsed(body));
  return { transaction: received.transaction, history: received.history() };
};

/** A further order of a customer, sealed by the product's own vault. */
const orderOf = (
  { vault }: SeedDeps,
  { transaction, history }: Customer,
  orderId: string,
  isOpened = true,
): SeededOrder => {
  const workflowId = workflowIdOf({ ...transaction, orderId });
  const transactionId = transactionIdOfWorkflow(workflowId);
  const body = isOpened ? JSON.stringify({ ...transaction, orderId }) : '';
  return {
    ...{ transactionId, workflowId, orderId, banner: transaction.banner },
    body: isOpened ? vault.seal(body, transactionId) : Buffer.of(0),
    caseId: crossReferenceOf(transactionId),
    history: { ...history, orderHash: randomBytes(hashBytes) },
  };
};

/** The orders of one index after the other; customers take turns, so that theirs lie apart. */
const customersOf = ({ tokeniser }: SeedDeps, count: number): ((index: number) => Customer) => {
  const known = new Map<number, Customer>();
  return (index) => {
    const number = index % count;
    const customer =
      known.get(number) ??
      customerOf(
        tokeniser,
        createOrderGenerator(number + 1)({ orderId: `first-${number}`, now: new Date() }).body,
      );
    known.set(number, customer);
    return customer;
  };
};

/**
 * Stores open cases with sealed bodies, linked customers and the decisions of `templates`, which
 * are transactions that the product has decided itself.
 */
export const seedCases = async (
  deps: SeedDeps,
  plan: Pick<Plan, 'openCases' | 'customers'>,
  templates: readonly string[],
): Promise<void> => {
  const customerAt = customersOf(deps, plan.customers);
  await inBatches(plan.openCases, async (from, count) => {
    const orders = Array.from({ length: count }, (_, index) =>
      orderOf(deps, customerAt(from + index), `open-${from + index}`),
    );
    await insertOrders(deps.db, orders, { from, of: plan.openCases, status: 'in_review' });
    await insertDecided(deps.db, orders, { from, templates, isOpen: true });
  });
};

/** Earlier orders that the product may open, or whose decisions and labels it may compare. */
const openedMax = 4000;

/**
 * Stores earlier orders of one customer. The latest have sealed bodies, decisions and labels; no
 * page opens an older one. Returns the case of the customer's last order.
 */
export const seedHeavyCustomer = async (
  deps: SeedDeps,
  customer: Customer,
  { heavyOrders }: Pick<Plan, 'heavyOrders'>,
  templates: readonly string[],
): Promise<string> => {
  const older = Math.max(0, heavyOrders - openedMax);
  await inBatches(heavyOrders, async (from, count) => {
    const isOpened = from + count > older;
    const orders = Array.from({ length: count }, (_, index) =>
      orderOf(deps, customer, `heavy-${from + index}`, isOpened),
    );
    await insertOrders(deps.db, orders, { from, of: heavyOrders, status: 'processed' });
    if (isOpened) await insertDecided(deps.db, orders, { from, templates, isOpen: false });
  });
  const last = orderOf(deps, customer, 'heavy-last');
  await insertOrders(deps.db, [last], { from: 1, of: 2, status: 'in_review' });
  await insertDecided(deps.db, [last], { from: 1, templates, isOpen: true });
  return last.caseId;
};
