import { tellSardine } from './activity-options.js';
import { askAgain } from './ask-again.js';
import type { ScreenTransactionInput } from './messages.js';
import type { Screening } from './handlers.js';

/**
 * What remains once OMS has acted: votes that an outage policy waived are asked for after all, so
 * that a reject is at least known. Orders that an earlier version decided also have Sardine told
 * how they ended; of all others a worker does so by itself.
 */
export const followUp = async (
  input: ScreenTransactionInput,
  screening: Screening,
): Promise<void> => {
  const { outcome, askAgain: missing = [], tellSardine: isDue = false } = screening.decision ?? {};
  if (outcome === 'accept' && missing.length > 0) await askAgain(input, screening, missing);
  if (isDue) await tellSardine({ transactionId: input.transactionId });
};
