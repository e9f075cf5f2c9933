import type { Label } from '../../contracts/v1/labels.js';
import type { LabelRow } from '../../db/labels.js';

const withdrawnOf = (row: LabelRow): Label['withdrawn'] => {
  const { withdrawn_at: at, withdrawn_by: by, withdrawal_reason: reason } = row;
  return at === null || by === null || reason === null
    ? null
    : { at: at.toISOString(), by, reason };
};

/** A stored statement as callers see it. */
export const showLabel = (row: LabelRow): Label => ({
  labelId: row.label_id,
  transactionId: row.transaction_id,
  banner: row.banner,
  orderId: row.order_id,
  groupId: row.group_id,
  kind: row.kind,
  amount: row.amount,
  currency: row.currency,
  date: row.effective_on,
  reason: row.reason,
  source: row.source,
  sourceId: row.source_id === '' ? null : row.source_id,
  saidBy: row.said_by,
  saidAt: row.said_at.toISOString(),
  isCurrent: row.is_current,
  withdrawn: withdrawnOf(row),
});
