import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Outcome, TransactionStatus, Verdict } from '../../contracts/hbc/decision.js';
import type { Banner } from '../../contracts/hbc/transaction.js';
import type { VotingPartner } from '../../contracts/voting-partners.js';
import type { Vote } from '../../domain/votes.js';

/** Workflow type, as operators see it. */
export const screenTransactionType = 'screenTransaction';

/**
 * Partners are asked again over a task queue of its own, which Temporal lets out at a fixed rate:
 * in a long outage ever more orders wait, and what they cost must not grow with them.
 */
export const askAgainQueueOf = (taskQueue: string): string => `${taskQueue}-again`;

/**
 * OMS is told over a task queue of its own: while it hangs, each waiting order holds a slot for ten
 * seconds at each try, and verdicts must not stand behind them.
 */
export const settleQueueOf = (taskQueue: string): string => `${taskQueue}-settle`;

/** One id for ever: a repeated post finds the first answer instead of asking again. */
export const firstDecisionUpdateId = 'first-decision';

/** Input of `screenTransaction`: ids, amount and times; no personal data, ever. */
export interface ScreenTransactionInput {
  readonly transactionId: string;
  readonly banner: Banner;
  readonly orderId: string;
  readonly groupId: string;
  /** Order total in major units of `currency`. */
  readonly amount: number;
  readonly currency: string;
  readonly receivedAtMs: number;
  /** Hard limit for all partners inside the answer. */
  readonly budgetMs: number;
  /** Whom the order asks; absent in orders of earlier versions: Sardine and Yleo. */
  readonly partners?: readonly VotingPartner[];
  readonly review: ReviewPolicy;
}

export interface ReviewPolicy {
  readonly remindAfterMs: number;
  readonly expireAfterMs: number;
  /** What the deadline does; `keep` leaves the case open and overdue. */
  readonly expireAction: Verdict | 'keep';
}

/** The stored answer, byte for byte, as it goes to OMS. */
export interface FirstDecision {
  readonly answer: string;
  readonly inReview: boolean;
}

/** What a reviewer sends, by signal or update. */
export interface VerdictMessage {
  readonly recommendationCode: Verdict;
  readonly remarks?: string;
  readonly reviewer?: string;
  /** When given, the verdict acts in this round of the case only. */
  readonly round?: number;
}

/** What came of a verdict. Only `accepted` changed anything. */
export type VerdictReceipt =
  | { readonly result: 'accepted' }
  | { readonly result: 'already_decided'; readonly recommendationCode: Verdict }
  | { readonly result: 'other_round' }
  | { readonly result: 'withdrawn' }
  | { readonly result: 'deciding' };

/** The shopper or OMS has cancelled an order that is in review. */
export interface WithdrawalMessage {
  /** The key holder, for the audit trail. */
  readonly actor: string;
  /** When given, the withdrawal acts in this round of the case only. */
  readonly round?: number;
}

/** What came of a withdrawal; `withdrawn` also stands for a repeat. */
export interface WithdrawalReceipt {
  readonly result: 'withdrawn' | 'not_in_review' | 'other_round' | 'deciding';
}

/** Answer of the query `state`. */
export interface ScreeningView {
  readonly status: TransactionStatus;
  readonly recommendationCode: Outcome | null;
  readonly votes: readonly Vote[];
  /** RFC 3339, while in review. */
  readonly dueAt: string | null;
  readonly settlement: SettlementView | null;
}

export interface SettlementView {
  readonly action: 'process' | 'cancel';
  readonly result: 'pending' | 'done' | 'refused';
}

export const firstDecisionUpdate = defineUpdate<FirstDecision>('firstDecision');
export const submitDecisionUpdate = defineUpdate<VerdictReceipt, [VerdictMessage]>(
  'submitDecision',
);
export const withdrawUpdate = defineUpdate<WithdrawalReceipt, [WithdrawalMessage]>('withdraw');
export const decisionSignal = defineSignal<[VerdictMessage]>('decision');
/** The order may stand elsewhere in Postgres than the workflow remembers: somebody has reset it. */
export const recheckSignal = defineSignal('recheck');
export const stateQuery = defineQuery<ScreeningView>('state');

/** NUL and lone surrogates, which Postgres cannot store as text. */
const unstorable = /[\0\p{Cs}]/u;

const isOptionalText = (value: unknown, lengthMax: number): value is string | null | undefined =>
  value === undefined ||
  value === null ||
  (typeof value === 'string' && value.length <= lengthMax && !unstorable.test(value));

const isOptionalRound = (value: unknown): value is number | null | undefined =>
  value === undefined || value === null || Number.isSafeInteger(value);

/** Key holders are named by a key; remarks may fill a whole body of the API, which has 1 MB. */
const nameMax = 255;
const remarksMax = 1_048_576;

/**
 * Reads a verdict that anybody with access to Temporal may have sent; undefined when it is not
 * one. Never throws: a bad message must not harm the workflow.
 */
export const readVerdictMessage = (raw: unknown): VerdictMessage | undefined => {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const { recommendationCode, remarks, reviewer, round } = raw as Record<string, unknown>;
  if (typeof recommendationCode !== 'string') return undefined;
  const verdict = recommendationCode.trim().toLowerCase();
  if (verdict !== 'accept' && verdict !== 'reject') return undefined;
  if (!isOptionalText(remarks, remarksMax) || !isOptionalText(reviewer, nameMax)) {
    return undefined;
  }
  if (!isOptionalRound(round)) return undefined;
  return {
    recommendationCode: verdict,
    ...(remarks ? { remarks } : {}),
    ...(reviewer ? { reviewer } : {}),
    ...(typeof round === 'number' ? { round } : {}),
  };
};

/** Reads a withdrawal that anybody with access to Temporal may have sent. Never throws. */
export const readWithdrawalMessage = (raw: unknown): WithdrawalMessage => {
  const given = typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : {};
  const { actor, round } = given;
  return {
    actor: isOptionalText(actor, nameMax) && actor ? actor : 'operator',
    ...(typeof round === 'number' && isOptionalRound(round) ? { round } : {}),
  };
};
