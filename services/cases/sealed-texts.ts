import type { CaseDecisionRow } from '../../db/case-decisions.js';
import type { CaseRow } from '../../db/cases.js';
import type { VerdictRow } from '../../db/verdicts.js';
import type { Vault } from '../context.js';

/** The vault context of a verdict's remarks: its transaction and round. */
const remarksContextOf = (transactionId: string, round: number): string =>
  `${transactionId}:verdict:${round}`;

/** Seals a verdict's remarks; null when there are none. */
export const sealRemarks = (
  vault: Vault,
  verdict: { readonly transactionId: string; readonly round: number },
  remarks: string,
): Buffer | null =>
  remarks === ''
    ? null
    : vault.seal(remarks, remarksContextOf(verdict.transactionId, verdict.round));

/** Opens a verdict's remarks; an empty text when there are none. */
export const openRemarks = (vault: Vault, verdict: VerdictRow): string =>
  verdict.remarks === null
    ? ''
    : vault.open(verdict.remarks, remarksContextOf(verdict.transaction_id, verdict.round));

/** The vault context of OMS's reason: its transaction and the round that the refusal began. */
const reasonContextOf = (transactionId: string, round: number): string =>
  `${transactionId}:oms-reason:${round}`;

/** Seals OMS's reason for a refusal; null when it gave none. */
export const sealOmsReason = (
  vault: Vault,
  refusal: { readonly transactionId: string; readonly round: number },
  reason: string | null,
): Buffer | null =>
  reason === null
    ? null
    : vault.seal(reason, reasonContextOf(refusal.transactionId, refusal.round));

/** Opens OMS's reason for the refusal that began this case's round; null when it gave none. */
export const openOmsReason = (vault: Vault, row: CaseRow): string | null =>
  row.oms_reason === null
    ? null
    : vault.open(row.oms_reason, reasonContextOf(row.transaction_id, row.round));

const decisionContextOf = (decisionId: string): string => `${decisionId}:remarks`;

/** Seals the remarks of a decision that waits; null when there are none. */
export const sealDecisionRemarks = (
  vault: Vault,
  decisionId: string,
  remarks: string,
): Buffer | null => (remarks === '' ? null : vault.seal(remarks, decisionContextOf(decisionId)));

/** Opens the remarks of a decision that waits; an empty text when there are none. */
export const openDecisionRemarks = (vault: Vault, row: CaseDecisionRow): string =>
  row.remarks === null ? '' : vault.open(row.remarks, decisionContextOf(row.decision_id));
