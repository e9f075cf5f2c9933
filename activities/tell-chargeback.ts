import { TemporarilyUnavailable } from '../contracts/unavailable.js';
import { PartnerFault } from '../partners/fault.js';
import {
  type Telling,
  tellOnce,
  type UntoldChargeback,
} from '../services/labels/chargeback-feedback.js';
import { loadTransaction } from '../services/transactions/load.js';
import type { ActivityDeps } from './deps.js';

/** Feedback is worth a day of trying (settled with Sardine's users), then a person looks. */
const giveUpAfterMs = 24 * 60 * 60 * 1000;

const timeoutMs = 10_000;

export type ChargebackDeps = Pick<
  ActivityDeps,
  'db' | 'vault' | 'sardine' | 'controls' | 'reports' | 'now'
>;

/**
 * Tells Sardine of a chargeback of an order that it has scored; not a step of a workflow, but made
 * like one. Of two workers one does so. Gives up with an alarm when Sardine refuses it, or has not
 * taken it a day after it was said. Throws `TemporarilyUnavailable`, and the reason of `signal`.
 */
export const tellChargeback =
  (deps: ChargebackDeps) =>
  async (chargeback: UntoldChargeback, signal: AbortSignal): Promise<Telling | 'elsewhere'> => {
    const { sardine, now } = deps;
    if (sardine === undefined || deps.controls().switchedOff.has('sardine')) return 'later';
    const { labelId, transactionId, currency, amount, date, saidAt } = chargeback;
    const tell = async (): Promise<Telling> => {
      try {
        const { transaction } = await loadTransaction(deps, transactionId);
        const feedback = {
          id: `${transactionId}-${labelId}`,
          transactionId,
          outcome: chargeback.kind,
          atMs: Date.parse(date),
          // Feedback names no currency: an amount in another one than the order's says nothing.
          ...(currency === transaction.currencyCode && { amount }),
        };
        await sardine.tell(transaction, feedback, { timeoutMs, signal });
        return 'told';
      } catch (error) {
        if (signal.aborted || error instanceof TemporarilyUnavailable) throw error;
        const isRefused =
          error instanceof PartnerFault && !error.retryable && error.code !== 'unauthorized';
        const isTimeOver = now().getTime() - saidAt.getTime() > giveUpAfterMs;
        return isRefused || isTimeOver ? 'given_up' : 'later';
      }
    };
    const told = await tellOnce(deps, chargeback, tell);
    if (told === 'given_up') deps.reports.alarm('feedback_given_up', { transactionId });
    return told;
  };
