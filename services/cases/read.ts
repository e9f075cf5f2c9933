import type { CaseDetail } from '../../contracts/v1/cases.js';
import { insertAudit, listAudit } from '../../db/audit.js';
import { listCaseWork } from '../../db/case-work.js';
import { type CaseRow, findCase } from '../../db/cases.js';
import type { DecisionRow } from '../../db/decisions.js';
import type { AnswerRow } from '../../db/partner-answers.js';
import { listByOrder } from '../../db/transactions.js';
import { listVerdicts, type VerdictRow } from '../../db/verdicts.js';
import { showEvidence } from '../evidence/subjects.js';
import type { Context, Vault } from '../context.js';
import { loadRecord } from '../transactions/records.js';
import { listChecks } from './checklist.js';
import { listNotes } from './notes.js';
import { needsSecond, reviewRulesOf } from './review-rules.js';
import { openOmsReason, openRemarks } from './sealed-texts.js';
import { loadLiveDecisions, summariseCase } from './summary.js';

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

/** What reviewers wrote about a case, and what a decision needs. */
const workOf = async (
  context: Context<'vault' | 'settings'>,
  row: CaseRow,
): Promise<Pick<CaseDetail, 'notes' | 'reasonCodes' | 'needsSecond' | 'checklist' | 'checks'>> => {
  const rules = reviewRulesOf(context.settings, row.banner);
  const [work = row] = await listCaseWork(context.db, [row.case_id]);
  return {
    notes: await listNotes(context, row.case_id),
    reasonCodes: { accept: [...rules.acceptReasons], reject: [...rules.rejectReasons] },
    needsSecond: needsSecond(context.settings, work),
    checklist: [...rules.checklist],
    checks: await listChecks(context, row.case_id),
  };
};

/**
 * A case with everything a reviewer needs. Each read is audited (PCI DSS 10.2.1.1). Undefined when
 * there is no such case.
 */
export const readCase = async (
  context: Context<'vault' | 'tokeniser' | 'settings' | 'actor' | 'now'>,
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
    ...summariseCase(row, await loadLiveDecisions(context.db, [row]), now),
    ...(await workOf(context, row)),
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
