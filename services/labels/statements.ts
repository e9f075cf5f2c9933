import { randomUUID } from 'node:crypto';
import type { Label, LabelKind, LabelResult, LabelStatement } from '../../contracts/v1/labels.js';
import { insertAudit } from '../../db/audit.js';
import { type LabelledOrder, listLabelledOrders } from '../../db/label-candidates.js';
import {
  findLabels,
  insertLabels,
  listLabelsOfTransactions,
  lockLabels,
  type NewLabel,
  type Saying,
  withdrawLabel as markWithdrawn,
} from '../../db/labels.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import { chargebackKind } from '../../domain/labels/chargeback-kind.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import { maskCardNumbers } from '../../domain/mask.js';
import type { Context } from '../context.js';
import { mapInTurns, partsOf } from '../turns.js';
import { findOrders, type OrderFound, showLabel } from './read.js';
import { dayFault, flagStatement, type StatementFault } from './statement-faults.js';

/** Earlier statements about some orders. */
interface StatedBefore {
  /**
   * The kind to store a statement as. A repeat of a stored chargeback in the same words stays one
   * when its reason code does not tell chargeback from dispute.
   */
  readonly kindOf: (statement: LabelStatement, transactionId: string) => LabelKind;
  /** Whether the same statement of this kind exists, withdrawn or not. */
  readonly isThere: (statement: LabelStatement, transactionId: string, kind: LabelKind) => boolean;
}

const keyOf = (...words: readonly (string | number | null | undefined)[]): string =>
  JSON.stringify(words.map((word) => word ?? null));

const sameOf = (
  { amount, currency, date, sourceId = '' }: LabelStatement,
  transactionId: string,
): string => keyOf(transactionId, amount, currency, date, maskCardNumbers(sourceId));

/** Reads earlier statements about these orders. */
const findStated = async (
  db: Queryable,
  transactionIds: readonly string[],
): Promise<StatedBefore> => {
  const there = new Set<string>();
  const chargebacks = new Set<string>();
  const rows = await mapInTurns(partsOf(transactionIds), (some) =>
    listLabelsOfTransactions(db, some),
  );
  for (const row of rows.flat()) {
    const { transaction_id: id, amount, currency, effective_on: day, source_id: source } = row;
    const same = keyOf(id, amount, currency, day, source);
    there.add(keyOf(row.kind, same));
    if (row.kind === 'chargeback') chargebacks.add(keyOf(row.reason, same));
  }
  return {
    kindOf: (statement, transactionId) => {
      const { kind, reason, fraud } = statement;
      if (kind !== 'chargeback' && kind !== 'dispute') return kind;
      const masked = reason === undefined ? null : maskCardNumbers(reason);
      const isRepeat =
        kind === 'chargeback' && chargebacks.has(keyOf(masked, sameOf(statement, transactionId)));
      return chargebackKind({ reason, fraud: fraud ?? isRepeat });
    },
    isThere: (statement, transactionId, kind) =>
      there.has(keyOf(kind, sameOf(statement, transactionId))),
  };
};

interface StatementsToStore {
  readonly statements: readonly LabelStatement[];
  readonly source: Saying['source'];
  /** The allowed distance in days between the order's day and the one given with `last4`. */
  readonly matchDays: number;
  /**
   * True when one fault refuses all statements. Otherwise only faulty ones are left out, and an
   * unknown `transactionId` is unmatched.
   */
  readonly isAllOrNothing: boolean;
}

type Stated =
  | {
      readonly kind: 'stated';
      /** `unmatched` for a statement with a fault. */
      readonly results: readonly LabelResult[];
      readonly faults: readonly StatementFault[];
    }
  /** Nothing was stored. */
  | { readonly kind: 'refused'; readonly faults: readonly StatementFault[] };

/** A statement with its order, if found. */
interface Matched {
  readonly statement: LabelStatement;
  readonly found: OrderFound;
  readonly order: LabelledOrder | undefined;
  /** The kind to store it as. */
  readonly kind: LabelKind;
}

const toLabel = (
  statement: LabelStatement,
  kind: LabelKind,
  { transactionId, banner }: OrderFound & { readonly kind: 'found' },
): NewLabel => ({
  labelId: randomUUID(),
  transactionId,
  banner,
  kind,
  amount: statement.amount ?? null,
  currency: statement.currency ?? null,
  reason: statement.reason === undefined ? null : maskCardNumbers(statement.reason),
  effectiveOn: statement.date ?? null,
  sourceId: maskCardNumbers(statement.sourceId ?? ''),
});

/** Finds the order of each statement, and locks labels until the commit. */
const match = async (
  db: Queryable,
  statements: readonly LabelStatement[],
  matchDays: number,
): Promise<{ readonly matched: readonly Matched[]; readonly before: StatedBefore }> => {
  const matches = await mapInTurns(partsOf(statements), (some) =>
    findOrders({ db }, some, matchDays),
  );
  const orders = matches.flat();
  const ids = orders.flatMap((one) => (one.kind === 'found' ? [one.transactionId] : []));
  const rows = await mapInTurns(partsOf(ids), (some) => listLabelledOrders(db, some));
  const byId = new Map(rows.flat().map((row) => [row.transaction_id, row]));
  await lockLabels(db);
  const before = await findStated(db, ids);
  const matched = await mapInTurns(statements.entries(), ([index, statement]): Matched => {
    const found = orders[index] ?? { kind: 'unmatched' };
    if (found.kind !== 'found') {
      return { statement, found, order: undefined, kind: statement.kind };
    }
    const { transactionId } = found;
    const kind = before.kindOf(statement, transactionId);
    return { statement, found, order: byId.get(transactionId), kind };
  });
  return { matched, before };
};

/** The faults of a statement's day; none when it repeats a stored statement. */
const faultOf = (
  { statement, found, order, kind }: Matched,
  { index, before, now }: { index: number; before: StatedBefore; now: Date },
): StatementFault[] => {
  if (found.kind === 'found' && before.isThere(statement, found.transactionId, kind)) return [];
  const message = dayFault(statement, order, now);
  return message === undefined ? [] : [{ index, field: 'date', error: 'invalid_date', message }];
};

const unknownAt = (index: number): StatementFault => {
  const error = 'unknown_transaction';
  return { index, field: 'transactionId', error, message: 'is of no transaction' };
};

/** Stores matched statements. The results have the statements' order. */
const store = async (
  db: Queryable,
  matched: readonly Matched[],
  saying: Saying,
): Promise<LabelResult[]> => {
  const fresh = matched.flatMap(({ statement, found, order, kind }, index) => {
    if (found.kind !== 'found') return [];
    const flags = flagStatement(statement, kind, order);
    return [{ index, flags, label: toLabel(statement, kind, found) }];
  });
  const labels = fresh.map(({ label }) => label);
  const keptIds = await insertLabels(db, labels, saying);
  const kept = new Map((await findLabels(db, keptIds)).map((row) => [row.label_id, row]));
  const results = new Map<number, LabelResult>();
  for (const [place, { index, label, flags }] of fresh.entries()) {
    const row = kept.get(keptIds[place] ?? '');
    if (row === undefined) throw new Error('a stored label was not found');
    const result = row.label_id === label.labelId ? 'taken' : 'repeated';
    results.set(index, { result, label: showLabel(row), ...(flags.length > 0 && { flags }) });
  }
  return matched.map(({ found }, index) => {
    const result = results.get(index);
    if (result !== undefined) return result;
    return found.kind === 'ambiguous'
      ? { result: 'ambiguous', candidates: [...found.candidates] }
      : { result: 'unmatched' };
  });
};

/**
 * Stores statements, each with its audit row, in one database transaction. A repeat is answered as
 * `repeated`, also when the stored one was superseded or withdrawn. A statement that fits no order,
 * fits several, or has an invalid day is reported and not stored.
 */
export const stateLabels = async (
  { db: pool, actor, now }: Context<'actor' | 'now', Pool>,
  { statements, source, matchDays, isAllOrNothing }: StatementsToStore,
): Promise<Stated> =>
  inTransaction(pool, async (db) => {
    const { matched, before } = await match(db, statements, matchDays);
    const faults = (
      await mapInTurns(matched.entries(), ([index, one]) => faultOf(one, { index, before, now }))
    ).flat();
    const unknown = matched.flatMap(({ found }, index) =>
      found.kind === 'unknown' ? [unknownAt(index)] : [],
    );
    if (isAllOrNothing && unknown.length + faults.length > 0) {
      const all = [...unknown, ...faults].toSorted((one, other) => one.index - other.index);
      return { kind: 'refused', faults: all };
    }
    const wrong = new Set(faults.map(({ index }) => index));
    const right = matched.map(
      (one, index): Matched => (wrong.has(index) ? { ...one, found: { kind: 'unmatched' } } : one),
    );
    const saying = { source, saidBy: actor.name, saidAt: now };
    const stored = await mapInTurns(partsOf(right), (part) => store(db, part, saying));
    return { kind: 'stated', results: stored.flat(), faults };
  });

/**
 * Withdraws a statement, with an audit row: it is kept but no longer counts, and the previous one
 * counts again. A repeat keeps the first reason. Undefined when there is no such statement.
 */
export const withdrawLabel = async (
  { db: pool, actor, now }: Context<'actor' | 'now', Pool>,
  { labelId, reason }: { labelId: string; reason: string },
): Promise<Label | undefined> =>
  inTransaction(pool, async (db) => {
    await lockLabels(db);
    const withdrawal = { labelId, by: actor.name, at: now, reason: maskReason(reason) };
    const isNew = await markWithdrawn(db, withdrawal);
    const [row] = await findLabels(db, [labelId]);
    if (row === undefined) return undefined;
    if (isNew) {
      await insertAudit(db, {
        actor: actor.name,
        action: 'label.withdrawn',
        object: row.transaction_id,
        details: { labelId, kind: row.kind },
        at: now,
      });
    }
    return showLabel(row);
  });
