import { randomUUID } from 'node:crypto';
import type { LabelResult, LabelStatement } from '../../contracts/v1/labels.js';
import {
  findLabels,
  insertLabels,
  lockLabels,
  type NewLabel,
  type Saying,
} from '../../db/labels.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import { maskCardNumbers } from '../../domain/mask.js';
import type { Actor } from '../ports.js';
import { mapInTurns, partsOf } from '../turns.js';
import { findOrders, type OrderFound } from './find-order.js';
import { showLabel } from './show-label.js';

export interface StatementsToStore {
  readonly statements: readonly LabelStatement[];
  readonly source: Saying['source'];
  /** How far the day of an order may be from the one given with `last4`. */
  readonly matchDays: number;
  /** True when an unknown `transactionId` refuses all statements; else it is unmatched. */
  readonly refusesUnknown: boolean;
  readonly now: Date;
}

export type Stated =
  | { readonly kind: 'stated'; readonly results: readonly LabelResult[] }
  /** Nothing was stored; the places of the statements about orders that do not exist. */
  | { readonly kind: 'unknown_transactions'; readonly indexes: readonly number[] };

const toLabel = (
  statement: LabelStatement,
  { transactionId, banner }: OrderFound & { readonly kind: 'found' },
): NewLabel => ({
  labelId: randomUUID(),
  transactionId,
  banner,
  kind: statement.kind,
  amount: statement.amount ?? null,
  currency: statement.currency ?? null,
  reason: statement.reason === undefined ? null : maskCardNumbers(statement.reason),
  effectiveOn: statement.date ?? null,
  sourceId: maskCardNumbers(statement.sourceId ?? ''),
});

/** Stores what was found; the results have the places of the orders. */
const store = async (
  db: Queryable,
  statements: readonly LabelStatement[],
  orders: readonly OrderFound[],
  saying: Saying,
): Promise<LabelResult[]> => {
  const fresh = statements.flatMap((statement, index) => {
    const order = orders[index];
    return order?.kind === 'found' ? [{ index, label: toLabel(statement, order) }] : [];
  });
  const labels = fresh.map(({ label }) => label);
  const keptIds = await insertLabels(db, labels, saying);
  const kept = new Map((await findLabels(db, keptIds)).map((row) => [row.label_id, row]));
  const results = new Map<number, LabelResult>();
  for (const [place, { index, label }] of fresh.entries()) {
    const row = kept.get(keptIds[place] ?? '');
    if (row === undefined) throw new Error('a stored label was not found');
    const result = row.label_id === label.labelId ? 'taken' : 'repeated';
    results.set(index, { result, label: showLabel(row) });
  }
  return orders.map((order, index) => {
    const result = results.get(index);
    if (result !== undefined) return result;
    return order.kind === 'ambiguous'
      ? { result: 'ambiguous', candidates: [...order.candidates] }
      : { result: 'unmatched' };
  });
};

/**
 * Stores statements of what became of orders, each with its audit row, in one database
 * transaction. A statement that is there already is answered as `repeated`, also when it was
 * superseded or withdrawn since; what fits no order or several is told and not stored.
 * Throws `TemporarilyUnavailable`.
 */
export const stateLabels = async (
  pool: Pool,
  actor: Actor,
  { statements, source, matchDays, refusesUnknown, now }: StatementsToStore,
): Promise<Stated> =>
  inTransaction(pool, async (db) => {
    const found = await mapInTurns(partsOf(statements), (some) => findOrders(db, some, matchDays));
    const orders = found.flat();
    const indexes = orders.flatMap(({ kind }, index) => (kind === 'unknown' ? [index] : []));
    if (refusesUnknown && indexes.length > 0) return { kind: 'unknown_transactions', indexes };
    await lockLabels(db);
    const saying = { source, saidBy: actor.name, saidAt: now };
    const parts = partsOf(statements).map((some, index) => ({ some, orders: found[index] ?? [] }));
    const stored = await mapInTurns(parts, (part) => store(db, part.some, part.orders, saying));
    return { kind: 'stated', results: stored.flat() };
  });
