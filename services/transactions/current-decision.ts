import type { Decision } from '../../contracts/hbc/decision.js';
import type { DecisionRow } from '../../db/decisions.js';
import type { VerdictRow } from '../../db/verdicts.js';
import type { Vault } from '../ports.js';

/** The seal of a verdict's remarks is tied to its transaction and round. */
export const remarksContext = (transactionId: string, round: number): string =>
  `${transactionId}:verdict:${round}`;

/** What a verdict's giver wrote, or an empty text. */
export const openRemarks = (vault: Vault, verdict: VerdictRow): string =>
  verdict.remarks === null
    ? ''
    : vault.open(verdict.remarks, remarksContext(verdict.transaction_id, verdict.round));

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
