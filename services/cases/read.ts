import { z } from 'zod';
import type { CaseDetail, CaseSummary } from '../../contracts/v1/cases.js';
import { insertAudit, listAudit } from '../../db/audit.js';
import {
  type CaseFilter,
  type CaseRow,
  findCase,
  listCases as listCaseRows,
} from '../../db/cases.js';
import type { DecisionRow } from '../../db/decisions.js';
import type { AnswerRow } from '../../db/partner-answers.js';
import { listByOrder } from '../../db/transactions.js';
import { listVerdicts, type VerdictRow } from '../../db/verdicts.js';
import { printCursor, readCursor } from '../cursor.js';
import { showEvidence } from '../evidence/subjects.js';
import type { Context, Vault } from '../context.js';
import { loadRecord } from '../transactions/records.js';
import { openOmsReason, openRemarks } from './sealed-texts.js';

/** A case as the API shows it. */
const summariseCase = (row: CaseRow, now: Date): CaseSummary => ({
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

/** Position after the last case of a page. */
const Cursor = z.object({
  dueAt: z.iso.datetime().transform((text) => new Date(text)),
  id: z.uuid(),
});

/** Decodes a cursor of an earlier page; undefined when it is invalid. */
export const readCaseCursor = (cursor: string): z.output<typeof Cursor> | undefined =>
  readCursor(Cursor, cursor);

const cursorOf = (last: CaseSummary): string => printCursor({ dueAt: last.dueAt, id: last.caseId });

/**
 * One page of cases, soonest due first. Rows and cursor both have millisecond times, so a page
 * never skips or repeats a case.
 */
export const listCases = async (
  { db, now }: Context<'now'>,
  query: {
    readonly filter: CaseFilter;
    readonly after: z.output<typeof Cursor> | undefined;
    readonly limit: number;
  },
): Promise<{ cases: CaseSummary[]; nextCursor: string | null }> => {
  const after = query.after && { dueAt: query.after.dueAt, caseId: query.after.id };
  const rows = await listCaseRows(db, query.filter, after, query.limit + 1);
  const cases = rows.slice(0, query.limit).map((row) => summariseCase(row, now));
  const last = cases.at(-1);
  return { cases, nextCursor: rows.length > query.limit && last ? cursorOf(last) : null };
};

const showVerdict = (vault: Vault, row: VerdictRow) => ({
  round: row.round,
  outcome: row.outcome,
  source: row.source,
  reviewer: row.reviewer,
  remarks: openRemarks(vault, row),
  decidedAt: row.decided_at.toISOString(),
});

/** Stored answers of partners that arrived after the decision. */
const lateAnswersOf = (kept: readonly AnswerRow[], { partner_answers: given }: DecisionRow) => {
  const inTime = new Set(given.filter(({ kind }) => kind === 'answered').map((a) => a.partner));
  return kept
    .filter(({ answer }) => !inTime.has(answer.partner))
    .map(({ answer, answered_at }) => ({ ...answer, answeredAt: answered_at.toISOString() }));
};

/**
 * A case with everything a reviewer needs. Each read is audited (PCI DSS 10.2.1.1). Undefined when
 * there is no such case.
 */
export const readCase = async (
  context: Context<'vault' | 'tokeniser' | 'actor' | 'now'>,
  caseId: string,
): Promise<CaseDetail | undefined> => {
  const { actor, now } = context;
  const row = await findCase(context.db, caseId);
  if (row === undefined) return undefined;
  const id = row.transaction_id;
  const stored = await loadRecord(context, id);
  if (stored?.decided === undefined) return undefined;
  const { row: decided, decision, answered } = stored.decided;
  await insertAudit(context.db, { actor: actor.name, action: 'case.read', object: id, at: now });
  const verdicts = await listVerdicts(context.db, id);
  const evidence = await showEvidence(context, id, stored.transaction);
  const timeline = await listAudit(context.db, id);
  const order = await listByOrder(context.db, { banner: row.banner, orderId: row.order_id });
  return {
    ...summariseCase(row, now),
    transaction: stored.record.transaction,
    decision,
    answered,
    votes: [...decided.votes],
    hits: [...decided.hits],
    erroredRules: [...decided.errored_rules],
    partnerAnswers: decided.partner_answers.map((answer) => ({ ...answer })),
    lateAnswers: lateAnswersOf(stored.kept, decided),
    ruleSetVersion: decided.rule_set_version,
    ruleSetHash: decided.rule_set_hash,
    policyVersion: decided.policy_version,
    omsReason: openOmsReason(context.vault, row),
    verdicts: verdicts.map((verdict) => showVerdict(context.vault, verdict)),
    evidence,
    timeline: timeline.map((entry) => ({ ...entry, at: entry.at.toISOString() })),
    sameOrder: order
      .filter((other) => other.transaction_id !== id)
      .map((other) => ({
        transactionId: other.transaction_id,
        groupId: other.group_id,
        status: other.status,
      })),
  };
};
