import type { VerdictRow } from '../../db/verdicts.js';
import type { Vault } from '../ports.js';

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
