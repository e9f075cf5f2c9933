import type { Decision } from '../../contracts/hbc/decision.js';
import type { DecisionRow } from '../../db/decisions.js';
import type { VerdictRow } from '../../db/verdicts.js';
import { openRemarks } from '../cases/remarks.js';
import type { Vault } from '../ports.js';

const remarksOf = (vault: Vault, verdict: VerdictRow): string => {
  const said = openRemarks(vault, verdict);
  if (said !== '') return said;
  return verdict.source === 'expiry'
    ? `No verdict by the review deadline: ${verdict.outcome} by policy.`
    : `Decided by a reviewer: ${verdict.outcome}.`;
};

/** The decision as it stands now: after a verdict the final one, with the reviewer's remarks. */
export const currentDecision = (
  vault: Vault,
  decision: DecisionRow,
  verdict: VerdictRow | undefined,
): Decision => ({
  transactionId: decision.transaction_id,
  recommendationCode: verdict?.outcome ?? decision.outcome,
  crossReference: decision.cross_reference,
  rulesTripped: decision.rules_tripped,
  totalScore: decision.total_score,
  remarks: verdict === undefined ? decision.remarks : remarksOf(vault, verdict),
});
