import type { CaseRow } from '../../db/cases.js';
import type { VerdictRow } from '../../db/verdicts.js';
import type { Vault } from '../context.js';

/** The seal of a verdict's remarks is tied to its transaction and round. */
const remarksContextOf = (transactionId: string, round: number): string =>
  `${transactionId}:verdict:${round}`;

/** Seals what a verdict's giver wrote; null when there is nothing to keep. */
export const sealRemarks = (
  vault: Vault,
  verdict: { readonly transactionId: string; readonly round: number },
  remarks: string,
): Buffer | null =>
  remarks === ''
    ? null
    : vault.seal(remarks, remarksContextOf(verdict.transactionId, verdict.round));

/** What a verdict's giver wrote, or an empty text. */
export const openRemarks = (vault: Vault, verdict: VerdictRow): string =>
  verdict.remarks === null
    ? ''
    : vault.open(verdict.remarks, remarksContextOf(verdict.transaction_id, verdict.round));

/** The seal of what OMS said is tied to its transaction and to the round that its refusal began. */
const reasonContextOf = (transactionId: string, round: number): string =>
  `${transactionId}:oms-reason:${round}`;

/** Seals what OMS said when it refused; null when it said nothing. */
export const sealOmsReason = (
  vault: Vault,
  refusal: { readonly transactionId: string; readonly round: number },
  reason: string | null,
): Buffer | null =>
  reason === null
    ? null
    : vault.seal(reason, reasonContextOf(refusal.transactionId, refusal.round));

/** What OMS said when it began the round of this case; null when it said nothing. */
export const openOmsReason = (vault: Vault, row: CaseRow): string | null =>
  row.oms_reason === null
    ? null
    : vault.open(row.oms_reason, reasonContextOf(row.transaction_id, row.round));
