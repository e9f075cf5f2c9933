import { tellSardine } from './activity-options.js';
import { askAgain } from './ask-again.js';
import type { ScreenTransactionInput } from './messages.js';
import type { Screening } from './handlers.js';

/**
 * What remains once OMS has acted: votes that an outage policy waived are asked for after all, so
 * that a reject is at least known, and Sardine learns how its transaction ended. Decisions of an
 * earlier version name neither, and their orders end here.
 */
export const followUp = async (
  input: ScreenTransactionInput,
  screening: Screening,
): Promise<void> => {
  const { outcome, askAgain: missing = [], tellSardine: isDue = false } = screening.decision ?? {};
  if (outcome === 'accept' && missing.length > 0) await askAgain(input, screening, missing);
  if (isDue) await tellSardine({ transactionId: input.transactionId });
};
