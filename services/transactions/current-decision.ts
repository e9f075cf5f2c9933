import type { Decision } from '../../contracts/hbc/decision.js';
import type { DecisionRow } from '../../db/decisions.js';
import type { VerdictRow } from '../../db/verdicts.js';
import { openRemarks } from '../cases/remarks.js';
import type { Vault } from '../ports.js';

const remarksOf = (vault: Vault, verdict: VerdictRow): string => {
  const said = openRemarks(vault, verdict);
  if (said !== '') return said;
  switch (verdict.source) {
    case 'expiry':
      return `No verdict by the review deadline: ${verdict.outcome} by policy.`;
    case 'partners':
      return 'The missing votes came in while the order waited, and every vote is accept.';
    case 'api':
    case 'signal':
      return `Decided by a reviewer: ${verdict.outcome}.`;
    default:
      return verdict.source satisfies never;
  }
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
