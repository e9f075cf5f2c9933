import type { LabelKind, LabelStatement } from '../../contracts/v1/labels.js';
import { listLabelsOfTransactions } from '../../db/labels.js';
import type { Queryable } from '../../db/pool.js';
import { chargebackKind } from '../../domain/labels/chargeback-kind.js';
import { maskCardNumbers } from '../../domain/mask.js';
import { mapInTurns, partsOf } from '../turns.js';

/** What has been stated about some orders before. */
export interface StatedBefore {
  /**
   * The kind that a statement is kept as. A chargeback that was kept as such, said again in the
   * same words, stays one where no code of its network says what it is.
   */
  readonly kindOf: (statement: LabelStatement, transactionId: string) => LabelKind;
  /** Whether a statement of this kind is there already, withdrawn or not. */
  readonly isThere: (statement: LabelStatement, transactionId: string, kind: LabelKind) => boolean;
}

const keyOf = (...words: readonly (string | number | null | undefined)[]): string =>
  JSON.stringify(words.map((word) => word ?? null));

const sameOf = (
  { amount, currency, date, sourceId = '' }: LabelStatement,
  transactionId: string,
): string => keyOf(transactionId, amount, currency, date, maskCardNumbers(sourceId));

/** Reads what has been stated about these orders. Throws `TemporarilyUnavailable`. */
export const findStated = async (
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
      const isAgain =
        kind === 'chargeback' && chargebacks.has(keyOf(masked, sameOf(statement, transactionId)));
      return chargebackKind({ reason, fraud: fraud ?? isAgain });
    },
    isThere: (statement, transactionId, kind) =>
      there.has(keyOf(kind, sameOf(statement, transactionId))),
  };
};
