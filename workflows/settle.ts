import { settleOrder } from './activity-options.js';
import type { ScreenTransactionInput } from './messages.js';
import type { Screening } from './screening.js';

/**
 * Has OMS process or cancel the order. When OMS refuses, the case is open again: the refused call
 * counts for nothing, and a new round begins in which either verdict may be given.
 */
export const settle = async (
  input: ScreenTransactionInput,
  screening: Screening,
): Promise<'done' | 'refused'> => {
  const action = screening.outcome === 'accept' ? 'process' : 'cancel';
  screening.settlement = { action, result: 'pending' };
  const result = await settleOrder({
    transactionId: input.transactionId,
    banner: input.banner,
    orderId: input.orderId,
    action,
    round: screening.round,
    reviewExpireAfterMs: input.review.expireAfterMs,
  });
  screening.settlement = { action, result: result.kind };
  if (result.kind === 'done') {
    screening.status = action === 'process' ? 'processed' : 'cancelled';
    return 'done';
  }
  screening.round += 1;
  screening.verdict = undefined;
  screening.outcome = 'review';
  screening.status = 'oms_rejected';
  screening.dueAtMs = result.dueAtMs;
  return 'refused';
};
