import { insertAudit } from '../db/audit.js';
import { finishDue, postponeDue } from '../db/due.js';
import {
  findUnreportedChargebackRow,
  insertGivenUp,
  listUnreportedChargebackRows,
  lockLabel,
  setReported,
  type UnreportedRow,
} from '../db/label-feedback.js';
import { inTransaction, type Pool } from '../db/pool.js';
import {
  closeDueFeedback,
  type DueOutcome,
  insertDueFeedback,
  takeDueOutcomes,
} from '../db/sardine-feedback.js';
import type { SanitisedTransaction } from '../domain/transaction.js';
import { type Context, system, type Vault } from './context.js';
import { openBody } from './transactions/records.js';

/** Longer than a call to Sardine with its reads and writes may take. */
const leaseMs = 60_000;

export type { DueOutcome };

/** Due feedback about the outcomes of orders, longest due first. */
export type DueFeedback = Awaited<ReturnType<typeof takeDueOutcomes>>;

/** Leases some due feedback for a minute; unfinished items become due again then. */
export const takeFeedback = (
  { db, now }: Context<'now'>,
  { limit }: { readonly limit: number },
): Promise<DueFeedback> => takeDueOutcomes(db, { now, limit, leaseMs });

/** Postpones the feedback of one leased order. */
export const postponeFeedback = (
  { db }: Context,
  work: DueFeedback,
  transactionId: string,
  dueAt: Date,
): Promise<void> => postponeDue(db, work, [transactionId], dueAt);

/** Drops the feedback of one leased order, unless a vote has arrived since. */
export const dropFeedback = (
  { db }: Context,
  work: DueFeedback,
  transactionId: string,
): Promise<void> => finishDue(db, work, [transactionId]);

/** The outcome of an order as Sardine gets it. */
export interface OutcomeToTell {
  readonly outcome: 'approved' | 'declined';
  readonly transaction: SanitisedTransaction;
}

/**
 * Opens the outcome of an order. `before`: its timeline records feedback already; `not_known`:
 * Sardine never scored it. Throws when it has no decision or cannot be decrypted.
 */
export const openOutcome = (
  vault: Vault,
  { transactionId, decided, isRecorded, isScored }: DueOutcome,
): OutcomeToTell | 'before' | 'not_known' => {
  if (decided === undefined) throw new Error('the transaction has no decision yet');
  if (isRecorded) return 'before';
  if (!isScored) return 'not_known';
  const outcome = decided.status === 'processed' ? 'approved' : 'declined';
  return { outcome, transaction: openBody(vault, transactionId, decided.body) };
};

/** Makes feedback about an order due, unless it was sent. */
export const makeFeedbackDue = (
  { db, now }: Context<'now'>,
  transactionId: string,
): Promise<void> => insertDueFeedback(db, transactionId, now);

/**
 * Records the result of an order's feedback in its timeline, once, and removes it from what is due.
 */
export const recordFeedback = async (
  { db, now }: Context<'now'>,
  feedback: {
    readonly transactionId: string;
    readonly outcome: 'approved' | 'declined';
    readonly result: 'sent' | 'given_up';
  },
): Promise<void> =>
  closeDueFeedback(db, {
    actor: system.name,
    action: `feedback.${feedback.result}`,
    object: feedback.transactionId,
    details: { partner: 'sardine', outcome: feedback.outcome },
    at: now,
  });

/** A chargeback that has not been reported to Sardine. */
export interface UnreportedChargeback {
  /** A dispute is a chargeback without fraud. */
  readonly kind: UnreportedRow['kind'];
  readonly labelId: string;
  readonly transactionId: string;
  readonly banner: UnreportedRow['banner'];
  readonly amount: number;
  readonly currency: string;
  /** The day of the chargeback. */
  readonly date: string;
  readonly saidAt: Date;
}

const toChargeback = (row: UnreportedRow): UnreportedChargeback => ({
  kind: row.kind,
  labelId: row.label_id,
  transactionId: row.transaction_id,
  banner: row.banner,
  amount: row.amount,
  currency: row.currency,
  date: row.effective_on,
  saidAt: row.said_at,
});

/**
 * Unreported chargebacks stated since `since` that still count, about orders that Sardine has
 * scored, oldest first; without those given up.
 */
export const listUnreportedChargebacks = async (
  { db }: Context,
  { since, limit }: { readonly since: Date; readonly limit: number },
): Promise<UnreportedChargeback[]> =>
  (await listUnreportedChargebackRows(db, since, limit)).map(toChargeback);

/**
 * The unreported chargeback of a label; undefined when it no longer counts, or has been reported or
 * given up.
 */
export const findUnreportedChargeback = async (
  { db }: Context,
  labelId: string,
): Promise<UnreportedChargeback | undefined> => {
  const row = await findUnreportedChargebackRow(db, labelId);
  return row && toChargeback(row);
};

/** Identifies a report that was sent or given up. */
export interface EndedReport {
  readonly labelId: string;
  readonly transactionId: string;
}

const auditOf = (action: string, at: Date, { labelId, transactionId }: EndedReport) => ({
  actor: system.name,
  action,
  object: transactionId,
  at,
  details: { labelId, partner: 'sardine' },
});

/**
 * Records that a chargeback was reported to Sardine, also in the order's timeline. True only for
 * the call that recorded it.
 */
export const markReported = async (
  { db: pool, now }: Context<'now', Pool>,
  report: EndedReport,
): Promise<boolean> =>
  inTransaction(pool, async (db) => {
    if (!(await setReported(db, report.labelId, now))) return false;
    await insertAudit(db, auditOf('label.told', now, report));
    return true;
  });

/**
 * Records in the order's timeline that the report of a chargeback to Sardine was given up. A second
 * call changes nothing.
 */
export const markGivenUp = async (
  { db: pool, now }: Context<'now', Pool>,
  given: EndedReport,
): Promise<void> =>
  inTransaction(pool, async (db) => {
    await lockLabel(db, given.labelId);
    await insertGivenUp(db, given.labelId, auditOf('label.given_up', now, given));
  });
