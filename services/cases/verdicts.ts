import type { Verdict, VerdictRequest, VerdictSource } from '../../contracts/hbc/decision.js';
import type { Queryable } from '../../db/pool.js';
import { isSampledReject } from '../../db/decisions.js';
import { insertVerdict } from '../../db/review-ends.js';
import type { TransactionRow } from '../../db/transactions.js';
import { findLatestVerdict } from '../../db/verdicts.js';
import { maskCardNumbers } from '../../domain/mask.js';
import type { VerdictMessage, VerdictReceipt } from '../../workflows/order/messages.js';
import type { Context } from '../context.js';
import { findOrderState, type OrderState } from '../transactions/decisions.js';
import { type SubmissionRefusal, submitToReview } from './submissions.js';
import { sealRemarks } from './sealed-texts.js';

/** Sends a verdict to an order's workflow. Throws `ScreeningEnded` and `ScreeningStuck`. */
export type SubmitVerdict = (
  workflowId: string,
  message: VerdictMessage,
) => Promise<VerdictReceipt>;

/** The result of a verdict. `taken` also covers a repeat of the same verdict. */
export type VerdictResult = { readonly kind: 'taken' | 'conflict' } | SubmissionRefusal;

const compare = (submitted: Verdict, decided: Verdict): VerdictResult =>
  submitted === decided ? { kind: 'taken' } : { kind: 'conflict' };

/** The final outcome of a transaction that is settling or settled. */
const finalOutcome = async (db: Queryable, row: TransactionRow): Promise<Verdict> => {
  const verdict = await findLatestVerdict(db, row.transaction_id);
  if (verdict !== undefined) return verdict.outcome;
  const answered = JSON.parse(row.answer ?? '{}') as { recommendationCode?: string };
  return answered.recommendationCode === 'accept' ? 'accept' : 'reject';
};

const judge = (submitted: Verdict, receipt: VerdictReceipt): VerdictResult => {
  switch (receipt.result) {
    case 'accepted':
      return { kind: 'taken' };
    case 'already_decided':
      return compare(submitted, receipt.recommendationCode);
    case 'withdrawn':
      return { kind: 'withdrawn' };
    case 'other_round':
    case 'deciding':
      return { kind: 'try_again' };
    default:
      return receipt satisfies never;
  }
};

interface GivenVerdict
  extends Pick<VerdictRequest, 'transactionId' | 'recommendationCode' | 'remarks'> {
  /** The round that it is about; by default the present one. */
  readonly round?: number;
}

/**
 * Gives a person's verdict, depending on the transaction's status. Answers `taken` only after the
 * workflow has accepted it, so two people never both get a yes for opposite verdicts.
 */
export const giveVerdict = (
  context: Context<'actor'>,
  submitVerdict: SubmitVerdict,
  { transactionId, recommendationCode, remarks, round }: GivenVerdict,
): Promise<VerdictResult> =>
  submitToReview<VerdictResult>(context, transactionId, {
    round,
    submit: async (workflowId, asked) => {
      const message = { recommendationCode, reviewer: context.actor.name, round: asked };
      // Masked before it reaches Temporal, although payloads there are encrypted.
      const sent = remarks ? { ...message, remarks: maskCardNumbers(remarks) } : message;
      return judge(recommendationCode, await submitVerdict(workflowId, sent));
    },
    whenSettled: async (row) => compare(recommendationCode, await finalOutcome(context.db, row)),
  });

export interface VerdictToRecord {
  readonly transactionId: string;
  readonly round: number;
  readonly outcome: 'accept' | 'reject';
  readonly source: VerdictSource;
  readonly reviewer: string;
  readonly remarks: string;
}

/**
 * A deadline accepts no order that would have been rejected and went to a reviewer by chance:
 * nobody has looked at it.
 */
const outcomeOf = async (
  db: Queryable,
  { transactionId, outcome, source }: VerdictToRecord,
): Promise<Verdict> => {
  if (source !== 'expiry' || outcome !== 'accept') return outcome;
  return (await isSampledReject(db, transactionId)) ? 'reject' : outcome;
};

/**
 * Stores the verdict of a round, closes the case and moves the transaction to `settling`. Changes
 * nothing when the order is not open in this round. Returns the order's stored status then: the
 * workflow follows it even if it remembers another verdict.
 */
export const recordVerdict = async (
  { db, vault, now }: Context<'vault' | 'now'>,
  verdict: VerdictToRecord,
): Promise<OrderState> => {
  const { transactionId, round, source } = verdict;
  const outcome = await outcomeOf(db, verdict);
  const reviewer = maskCardNumbers(verdict.reviewer);
  const remarks = sealRemarks(vault, verdict, maskCardNumbers(verdict.remarks));
  const recorded = await insertVerdict(
    db,
    { round, outcome, source, reviewer, remarks },
    {
      actor: reviewer,
      action: 'verdict.recorded',
      object: transactionId,
      details: { outcome, source, round },
      at: now,
    },
  );
  return recorded
    ? { status: 'settling', outcome, round, dueAtMs: null }
    : findOrderState({ db }, transactionId);
};
