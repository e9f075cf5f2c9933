import { Context } from '@temporalio/activity';
import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import { PartnerFault } from '../../partners/fault.js';
import {
  findUnreportedChargeback,
  listUnreportedChargebacks,
  markGivenUp,
  markReported,
  type UnreportedChargeback,
} from '../../services/labels/chargeback-feedback.js';
import { loadTransaction } from '../../services/transactions/load.js';
import type { UpkeepActivityDeps } from './create-upkeep-activities.js';

/** Feedback is worth a day of trying (settled with Sardine's users), then a person looks. */
const giveUpAfterMs = 24 * 60 * 60 * 1000;

const timeoutMs = 10_000;

/** Further back nothing is looked for: Sardine was switched off, or there was no worker. */
const lookBackMs = 30 * 24 * 60 * 60 * 1000;

/** Keeps the history of a run short: each chargeback adds some ten events. */
const pageSize = 50;

export interface TellChargebackInput {
  readonly labelId: string;
}

/**
 * What came of telling: `later` when it is to be tried again; `elsewhere` when it has been told,
 * given up, withdrawn or corrected since it was listed.
 */
export type ChargebackTelling =
  | { readonly kind: 'told' | 'given_up'; readonly transactionId: string }
  | { readonly kind: 'later' | 'elsewhere' };

export interface ChargebackPage {
  /** Oldest first. */
  readonly labelIds: readonly string[];
  readonly isFull: boolean;
}

const isOff = ({ sardine, controls }: UpkeepActivityDeps): boolean =>
  sardine === undefined || controls().switchedOff.has('sardine');

/** Lists the next chargebacks that Sardine is to be told of; none while it is switched off. */
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
    // Feedback names no currency: an amount in another one than the order's says nothing.
    ...(currency === transaction.currencyCode && { amount }),
  };
  await sardine?.tell(transaction, feedback, { timeoutMs, signal });
};

/**
 * Tells Sardine of one chargeback of an order that it has scored; what came of it is noted by a
 * step of its own, so that Postgres being away does not have it told twice. A worker that dies in
 * between may have told it: the next attempt tells it under the same id, by which Sardine knows it.
 * Given up when Sardine refuses it, or has not taken it a day after it was said. Throws
 * `TemporarilyUnavailable`.
 */
export const tellChargeback =
  (deps: UpkeepActivityDeps) =>
  async ({ labelId }: TellChargebackInput): Promise<ChargebackTelling> => {
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
 * Notes what came of telling of a chargeback, with an alarm when it was given up. It may run twice:
 * what is noted stands, and the alarm may be raised again. Throws `TemporarilyUnavailable`.
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
