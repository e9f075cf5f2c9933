import type { CaseSummary } from '../../contracts/v1/cases.js';
import type { CaseRow } from '../../db/cases.js';

/** A case row as the API shows it. */
export const summariseCase = (row: CaseRow, now: Date): CaseSummary => ({
  caseId: row.case_id,
  transactionId: row.transaction_id,
  banner: row.banner,
  orderId: row.order_id,
  groupId: row.group_id,
  status: row.status,
  transactionStatus: row.transaction_status,
  reason: row.reason,
  priority: row.priority,
  totalScore: row.total_score,
  round: row.round,
  omsStatus: row.oms_status,
  reminders: row.reminders,
  openedAt: row.opened_at.toISOString(),
  dueAt: row.due_at.toISOString(),
  closedAt: row.closed_at?.toISOString() ?? null,
  overdue: row.status === 'open' && row.due_at < now,
  verdict: row.verdict,
});
