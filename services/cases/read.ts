import type { CaseDetail } from '../../contracts/v1/cases.js';
import { insertAudit, listAudit } from '../../db/audit.js';
import { findCase } from '../../db/cases.js';
import type { DecisionRow } from '../../db/decisions.js';
import { type AnswerRow, listPartnerAnswers } from '../../db/partner-answers.js';
import type { Queryable } from '../../db/pool.js';
import { listByOrder } from '../../db/transactions.js';
import { listVerdicts, type VerdictRow } from '../../db/verdicts.js';
import { showEvidence } from '../evidence/show.js';
import type { Actor, Tokeniser, Vault } from '../ports.js';
import { loadRecord } from '../transactions/build-record.js';
import { loadTransaction } from '../transactions/load.js';
import { openOmsReason } from './oms-reason.js';
import { openRemarks } from './remarks.js';
import { summariseCase } from './summarise.js';

type Deps = {
  readonly db: Queryable;
  readonly vault: Vault;
  readonly tokeniser: Pick<Tokeniser, 'subjectTokens'>;
};

const showVerdict = (vault: Vault, row: VerdictRow) => ({
  round: row.round,
  outcome: row.outcome,
  source: row.source,
  reviewer: row.reviewer,
  remarks: openRemarks(vault, row),
  decidedAt: row.decided_at.toISOString(),
});

/** The kept answers of partners that had not answered when the order was decided. */
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
  deps: Deps,
  actor: Actor,
  caseId: string,
  now: Date,
): Promise<CaseDetail | undefined> => {
  const row = await findCase(deps.db, caseId);
  if (row === undefined) return undefined;
  const id = row.transaction_id;
  const stored = await loadRecord(deps, id);
  if (stored?.decided === undefined) return undefined;
  const { row: decided, decision, answered } = stored.decided;
  await insertAudit(deps.db, { actor: actor.name, action: 'case.read', object: id, at: now });
  const kept = await listPartnerAnswers(deps.db, id);
  const verdicts = await listVerdicts(deps.db, id);
  const { transaction } = await loadTransaction(deps, id);
  const evidence = await showEvidence(deps, id, transaction);
  const timeline = await listAudit(deps.db, id);
  const order = await listByOrder(deps.db, { banner: row.banner, orderId: row.order_id });
  return {
    ...summariseCase(row, now),
    transaction: stored.record.transaction,
    decision,
    answered,
    votes: [...decided.votes],
    hits: [...decided.hits],
    erroredRules: [...decided.errored_rules],
    partnerAnswers: decided.partner_answers.map((answer) => ({ ...answer })),
    lateAnswers: lateAnswersOf(kept, decided),
    ruleSetVersion: decided.rule_set_version,
    ruleSetHash: decided.rule_set_hash,
    policyVersion: decided.policy_version,
    omsReason: openOmsReason(deps.vault, row),
    verdicts: verdicts.map((verdict) => showVerdict(deps.vault, verdict)),
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
