import type { SettleOrderInput, SettleOrderResult } from '../../activities/settle-order.js';
import { settleAtOnce, settling } from './activity-options.js';
import type { ScreenTransactionInput } from './messages.js';
import { follow, type Screening } from './handlers.js';

type Standing = NonNullable<SettleOrderResult['standing']>;
type SettlementAction = SettleOrderInput['action'];

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

const actionOf = ({ outcome }: Screening): SettlementAction =>
  outcome === 'accept' ? 'process' : 'cancel';

const orderOf = (input: ScreenTransactionInput, screening: Screening): SettleOrderInput => ({
  transactionId: input.transactionId,
  banner: input.banner,
  orderId: input.orderId,
  action: actionOf(screening),
  round: screening.round,
  reviewExpireAfterMs: input.review.expireAfterMs,
  ...(screening.settleNotBeforeMs !== undefined && { notBeforeMs: screening.settleNotBeforeMs }),
});

/** Continues from what OMS answered. */
const conclude = (screening: Screening, result: SettleOrderResult): SettleOrderResult['kind'] => {
  const action = actionOf(screening);
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

/**
 * Has OMS process or cancel the order, by its stored outcome. When OMS refuses, the case reopens: a
 * new round begins, in which either verdict may be given. An order whose status changed meanwhile
 * is left alone, and the workflow follows that status.
 */
export const settle = async (
  input: ScreenTransactionInput,
  screening: Screening,
): Promise<SettleOrderResult['kind']> => {
  screening.settlement = { action: actionOf(screening), result: 'pending' };
  return conclude(screening, await settling().settleOrder(orderOf(input, screening)));
};

/**
 * The same in the workflow task that decided the order. Its caller has the answer by a notice, and
 * `recordDecision` found OMS prompt. One try: whatever prevents it, `settle` follows. Returns what
 * OMS answered, undefined without a try or an answer.
 */
export const trySettlingAtOnce = async (
  input: ScreenTransactionInput,
  screening: Screening,
): Promise<SettleOrderResult['kind'] | undefined> => {
  const mayTry = input.answeredByNotice === true && screening.decision?.settlesAtOnce === true;
  if (!mayTry || screening.status !== 'settling') return undefined;
  const result = await settleAtOnce(orderOf(input, screening)).catch(() => undefined);
  if (result?.kind !== 'unavailable') return result && conclude(screening, result);
  screening.settleNotBeforeMs = result.notBeforeMs;
  return undefined;
};
