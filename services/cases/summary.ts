import type { CaseWork } from '../../contracts/v1/case-work.js';
import type { CaseSummary, WaitingDecision as Shown } from '../../contracts/v1/cases.js';
import { type CaseDecisionRow, listLiveDecisions } from '../../db/case-decisions.js';
import { type CaseRow, findCase } from '../../db/cases.js';
import type { Queryable } from '../../db/pool.js';
import type { Context } from '../context.js';
import { isOfOpenReview, liveClaimOf } from './change.js';
import { showWaiting } from './decisions.js';

/** Decisions that have not ended, by case. */
export type LiveDecisions = ReadonlyMap<string, CaseDecisionRow>;

/** The live decisions of these cases. */
export const loadLiveDecisions = async (
  db: Queryable,
  rows: readonly Pick<CaseRow, 'case_id'>[],
): Promise<LiveDecisions> => {
  const live = await listLiveDecisions(
    db,
    rows.map(({ case_id: id }) => id),
  );
  return new Map(live.map((decision) => [decision.case_id, decision]));
};

/** A waiting decision as the API shows it. */
export const printWaiting = (decision: ReturnType<typeof showWaiting>): Shown | null =>
  decision === undefined
    ? null
    : {
        ...decision,
        at: decision.at.toISOString(),
        undoUntil: decision.undoUntil?.toISOString() ?? null,
      };

const claimOf = (row: CaseRow, now: Date) => {
  const claim = liveClaimOf(row, now);
  return claim === undefined ? null : { by: claim.by, until: claim.until.toISOString() };
};

const escalationOf = ({ escalated_by: by, escalated_at: at }: CaseRow) =>
  by === null || at === null ? null : { by, at: at.toISOString() };

const holdOf = ({ held_by: by, held_until: until }: CaseRow, now: Date) =>
  by === null || until === null || until <= now ? null : { by, until: until.toISOString() };

/** A case as the API shows it in a list. */
export const summariseCase = (row: CaseRow, live: LiveDecisions, now: Date): CaseSummary => {
  const decision = live.get(row.case_id);
  const isCurrent = decision !== undefined && isOfOpenReview(decision, row);
  return {
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
    amount: row.amount,
    currency: row.currency,
    atRisk: row.at_risk,
    riskProbability: row.risk_probability,
    claim: claimOf(row, now),
    escalation: escalationOf(row),
    hold: holdOf(row, now),
    noteCount: row.notes,
    tags: row.tags,
    pendingDecision: isCurrent ? printWaiting(showWaiting(decision)) : null,
  };
};

/** Where the work on a case stands; undefined when there is no such case. */
export const readCaseWork = async (
  { db, now }: Context<'now'>,
  caseId: string,
): Promise<CaseWork | undefined> => {
  const row = await findCase(db, caseId);
  if (row === undefined) return undefined;
  const summary = summariseCase(row, await loadLiveDecisions(db, [row]), now);
  const { status, claim, escalation, hold, noteCount, tags, pendingDecision } = summary;
  return { caseId, status, claim, escalation, hold, noteCount, tags, pendingDecision };
};
