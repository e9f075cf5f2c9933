import { toJson } from './json.js';
import { columnsOfLabel, type NewLabel } from './labels.js';
import { type Queryable, reached } from './pool.js';

/** A label that was stated in the past. */
export interface ImportedLabel extends NewLabel {
  readonly saidAt: Date;
}

/**
 * Stores the labels of imported orders with the times at which they became known, in the given
 * order. No events and no audit rows: Sardine is not told, and counts as told. The caller holds the
 * lock on labels.
 */
export const insertImportedLabels = async (
  db: Queryable,
  labels: readonly ImportedLabel[],
  saidBy: string,
): Promise<void> => {
  await reached(
    db.query({
      name: 'insert-imported-labels',
      text: `insert into labels (label_id, transaction_id, banner, kind, amount, currency, reason,
          effective_on, source_id, source, said_by, said_at, told_at)
        select label_id, transaction_id, banner, kind, amount, currency, reason, effective_on,
          source_id, 'csv', $2, said_at, said_at
        from rows from (jsonb_to_recordset($1::jsonb) as (label_id uuid, transaction_id text,
          banner text, kind text, amount numeric, currency text, reason text, effective_on date,
          source_id text, said_at timestamptz)) with ordinality as given(label_id, transaction_id,
          banner, kind, amount, currency, reason, effective_on, source_id, said_at, place)
        order by place
        on conflict do nothing`,
      values: [
        toJson(labels.map((label) => ({ ...columnsOfLabel(label), said_at: label.saidAt }))),
        saidBy,
      ],
    }),
  );
};
