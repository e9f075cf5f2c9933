import type { SettleOrderResult } from '../../activities/settle-order.js';
import { settling } from './activity-options.js';
import type { ScreenTransactionInput } from './messages.js';
import { follow, type Screening } from './handlers.js';

type Standing = NonNullable<SettleOrderResult['standing']>;

/** Results of an earlier version lack the status: their action was carried out. */
const standingOf = (result: SettleOrderResult, { outcome, round }: Screening): Standing => {
  if (result.standing !== undefined) return result.standing;
  if (result.kind === 'refused') {
    const { dueAtMs } = result;
    return { status: 'oms_rejected', outcome: 'review', round: round + 1, dueAtMs };
  }
  const isAccepted = outcome === 'accept';
  return {
    status: isAccepted ? 'processed' : 'cancelled',
    outcome: isAccepted ? 'accept' : 'reject',
    round,
    dueAtMs: null,
  };
};

/**
 * Has OMS process or cancel the order, by its stored outcome. When OMS refuses, the case reopens: a
 * new round begins, in which either verdict may be given. An order whose status changed meanwhile
 * is left alone, and the workflow follows that status.
 */
export const settle = async (
  input: ScreenTransactionInput,
  screening: Screening,
): Promise<SettleOrderResult['kind']> => {
  const action = screening.outcome === 'accept' ? 'process' : 'cancel';
  screening.settlement = { action, result: 'pending' };
  const result = await settling().settleOrder({
    transactionId: input.transactionId,
    banner: input.banner,
    orderId: input.orderId,
    action,
    round: screening.round,
    reviewExpireAfterMs: input.review.expireAfterMs,
  });
  const standing = standingOf(result, screening);
  follow(screening, standing);
  // After a refusal the action is still the refused one.
  const settled = { accept: 'process', reject: 'cancel', review: action } as const;
  screening.settlement =
    result.kind === 'not_due'
      ? undefined
      : { action: settled[standing.outcome], result: result.kind };
  return result.kind;
};
