import type { AuditEntry } from '../record.js';
import { type Finding, type History, isYes, type OrderHistory } from './history.js';

/** Each act on an order has its row: one decision, one end, one row for each refusal. */
export const checkAudit = ({ orderId: subject, final, refusals }: OrderHistory): Finding[] => {
  if (final === undefined || !final.known) return [];
  const count = (action: string) => final.audit.filter((row) => row.action === action).length;
  const isSettled = final.status === 'processed' || final.status === 'cancelled';
  const isDecided = final.status !== 'deciding';
  const expected: Record<string, number> = {
    'decision.recorded': isDecided ? 1 : 0,
    'settlement.done': isSettled ? 1 : 0,
    'settlement.refused': refusals.length > 0 ? Math.max(1, count('settlement.refused')) : 0,
    'transaction.withdrawn': final.status === 'withdrawn' ? 1 : 0,
  };
  const rounds = count('settlement.refused') + 1;
  const findings = Object.entries(expected)
    .filter(([action, times]) => count(action) !== times)
    .map(([action, times]) => `it has ${count(action)} rows of ${action} instead of ${times}`);
  const verdicts = count('verdict.recorded');
  if (verdicts > rounds) findings.push(`it has ${verdicts} verdicts in ${rounds} rounds`);
  return findings.map((text) => ({
    rule: text.includes('decision.recorded') ? 'one-decision' : 'audit-whole',
    ...{ subject, text },
  }));
};

/**
 * A decision is stored before anybody learns of it. No storm restores Postgres, so an order whose
 * decision had to be rebuilt from its workflow was answered too soon.
 */
export const checkStoredFirst = ({ orderId: subject, final }: OrderHistory): Finding[] => {
  const isLate = ({ action, before }: AuditEntry) =>
    action === 'order.rebuilt' && before === 'deciding';
  if (final?.audit.some(isLate) !== true) return [];
  const text = 'its decision was not stored, and was rebuilt from its workflow';
  return [{ rule: 'stored-first', subject, text }];
};

/** A publication that was answered yes is listed and has its audit row. */
export const checkPublications = ({ publications, listedPublications }: History): Finding[] =>
  publications.filter(isYes).flatMap(({ subject }): Finding[] => {
    const listed = listedPublications.filter(({ note }) => note === subject);
    const audited = listed.reduce((sum, one) => sum + one.audited, 0);
    if (listed.length === 1 && audited === 1) return [];
    const text = `it is listed ${listed.length} times, with ${audited} audit rows`;
    return [{ rule: 'audit-whole', subject: `publication ${subject}`, text }];
  });
