import { Context } from '@temporalio/activity';
import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import { PartnerFault } from '../../partners/fault.js';
import {
  findUnreportedChargeback,
  listUnreportedChargebacks,
  markGivenUp,
  markReported,
  type UnreportedChargeback,
} from '../../services/sardine-feedback.js';
import { loadTransaction } from '../../services/transactions/records.js';
import type { UpkeepActivityDeps } from './create-upkeep-activities.js';

/** Feedback is retried for a day (agreed with Sardine's users), then an operator takes over. */
const giveUpAfterMs = 24 * 60 * 60 * 1000;

const timeoutMs = 10_000;

/** Older chargebacks are not sent: Sardine was switched off, or no worker ran. */
const lookBackMs = 30 * 24 * 60 * 60 * 1000;

/** Keeps the history of a run short: each chargeback adds some ten events. */
const pageSize = 50;

export interface TellChargebackInput {
  readonly labelId: string;
}

/**
 * The result of one attempt: `later` when it will be retried; `elsewhere` when it was sent, given
 * up, withdrawn or corrected since it was listed.
 */
export type ChargebackAttempt =
  | { readonly kind: 'told' | 'given_up'; readonly transactionId: string }
  | { readonly kind: 'later' | 'elsewhere' };

export interface ChargebackPage {
  /** Oldest first. */
  readonly labelIds: readonly string[];
  readonly isFull: boolean;
}

const isOff = ({ sardine, controls }: UpkeepActivityDeps): boolean =>
  sardine === undefined || controls().switchedOff.has('sardine');

/** Lists the next chargebacks for Sardine; none while Sardine is switched off. */
export const listChargebacks = (deps: UpkeepActivityDeps) => async (): Promise<ChargebackPage> => {
  if (isOff(deps)) return { labelIds: [], isFull: false };
  const since = new Date(deps.now().getTime() - lookBackMs);
  const page = await listUnreportedChargebacks(deps, { since, limit: pageSize });
  return { labelIds: page.map(({ labelId }) => labelId), isFull: page.length === pageSize };
};

const send = async (
  { db, vault, sardine }: UpkeepActivityDeps,
  { labelId, transactionId, currency, amount, date, kind }: UnreportedChargeback,
  signal: AbortSignal,
): Promise<void> => {
  const { transaction } = await loadTransaction({ db, vault }, transactionId);
  const feedback = {
    id: `${transactionId}-${labelId}`,
    transactionId,
    outcome: kind,
    atMs: Date.parse(date),
    // Feedback has no currency field, so an amount in another currency than the order's is left
    // out.
    ...(currency === transaction.currencyCode && { amount }),
  };
  await sardine?.tell(transaction, feedback, { timeoutMs, signal });
};

/**
 * Sends Sardine one chargeback of an order that it scored. Another activity stores the result, so
 * that an outage of Postgres does not cause a second call. After a worker crash in between, the
 * next attempt uses the same id, by which Sardine recognises it. Gives up when Sardine refuses it
 * or has not accepted it within a day of its statement. Throws `TemporarilyUnavailable`.
 */
export const tellChargeback =
  (deps: UpkeepActivityDeps) =>
  async ({ labelId }: TellChargebackInput): Promise<ChargebackAttempt> => {
    if (isOff(deps)) return { kind: 'later' };
    const chargeback = await findUnreportedChargeback(deps, labelId);
    if (chargeback === undefined) return { kind: 'elsewhere' };
    const { transactionId, saidAt } = chargeback;
    const signal = Context.current().cancellationSignal;
    try {
      await send(deps, chargeback, signal);
      return { kind: 'told', transactionId };
    } catch (error) {
      if (signal.aborted || error instanceof TemporarilyUnavailable) throw error;
      const isRefused =
        error instanceof PartnerFault && !error.retryable && error.code !== 'unauthorized';
      const isTimeOver = deps.now().getTime() - saidAt.getTime() > giveUpAfterMs;
      return isRefused || isTimeOver ? { kind: 'given_up', transactionId } : { kind: 'later' };
    }
  };

export interface NoteChargebackInput extends TellChargebackInput {
  readonly kind: 'told' | 'given_up';
  readonly transactionId: string;
}

/**
 * Stores the result of a chargeback's feedback, with an alarm when it was given up. It may run
 * twice: a stored result stays, and the alarm may be raised again. Throws `TemporarilyUnavailable`.
 */
export const noteChargeback =
  ({ db, reports, now }: UpkeepActivityDeps) =>
  async ({ kind, labelId, transactionId }: NoteChargebackInput): Promise<void> => {
    const context = { db, now: now() };
    const ended = { labelId, transactionId };
    if (kind === 'told') {
      await markReported(context, ended);
      return;
    }
    await markGivenUp(context, ended);
    reports.alarm('feedback_given_up', { transactionId });
  };
