import { tellSardine } from './activity-options.js';
import { askAgain } from './ask-again.js';
import type { ScreenTransactionInput } from './messages.js';
import type { Screening } from './handlers.js';

/**
 * The work that remains after settlement: it asks for votes that an outage policy waived, so that
 * at least a reject is known. For orders that an earlier version decided it also queues the
 * feedback to Sardine; for all others a consumer does that.
 */
export const followUp = async (
  input: ScreenTransactionInput,
  screening: Screening,
): Promise<void> => {
  const { outcome, askAgain: missing = [], tellSardine: isDue = false } = screening.decision ?? {};
  if (outcome === 'accept' && missing.length > 0) await askAgain(input, screening, missing);
  if (isDue) await tellSardine({ transactionId: input.transactionId });
};
