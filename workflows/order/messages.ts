import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Outcome, TransactionStatus, Verdict } from '../../contracts/hbc/decision.js';
import type { Banner } from '../../contracts/hbc/transaction.js';
import type { VotingPartner } from '../../contracts/voting-partners.js';
import type { Vote } from '../../domain/votes.js';

/** The workflow type that operators see. */
export const screenTransactionType = 'screenTransaction';

/**
 * Asking partners again has a task queue of its own with a fixed rate: in a long outage the number
 * of waiting orders grows, and the load must not grow with it.
 */
export const askAgainQueueOf = (taskQueue: string): string => `${taskQueue}-again`;

/**
 * Settlement has a task queue of its own: while OMS hangs, each attempt holds a slot for ten
 * seconds, and verdicts must not queue behind that.
 */
export const settleQueueOf = (taskQueue: string): string => `${taskQueue}-settle`;

/** One fixed id, so that a repeated post gets the first answer instead of a second decision. */
export const firstDecisionUpdateId = 'first-decision';

/** Input of `screenTransaction`: ids, amount and times; never personal data. */
export interface ScreenTransactionInput {
  readonly transactionId: string;
  readonly banner: Banner;
  readonly orderId: string;
  readonly groupId: string;
  /** Order total in major units of `currency`. */
  readonly amount: number;
  readonly currency: string;
  readonly receivedAtMs: number;
  /** Hard limit of all partners within the answer. */
  readonly budgetMs: number;
  /**
   * The API gives the answer as soon as it is stored, and not when the workflow task ends. Absent
   * where the API hears no notices, and in orders of earlier versions.
   */
  readonly answeredByNotice?: boolean;
  /** The partners to ask; absent in orders of earlier versions: Sardine and Yleo. */
  readonly partners?: readonly VotingPartner[];
  readonly review: ReviewPolicy;
}

export interface ReviewPolicy {
  readonly remindAfterMs: number;
  readonly expireAfterMs: number;
  /** The effect of the deadline; `keep` leaves the case open and overdue. */
  readonly expireAction: Verdict | 'keep';
}

/** The stored answer, exactly as it goes to OMS. */
export interface FirstDecision {
  readonly answer: string;
  readonly inReview: boolean;
}

/** A reviewer's verdict, sent by signal or update. */
export interface VerdictMessage {
  readonly recommendationCode: Verdict;
  readonly remarks?: string;
  readonly reviewer?: string;
  /** When given, the verdict applies in this round of the case only. */
  readonly round?: number;
}

/** The result of a verdict. Only `accepted` changed anything. */
export type VerdictReceipt =
  | { readonly result: 'accepted' }
  | { readonly result: 'already_decided'; readonly recommendationCode: Verdict }
  | { readonly result: 'other_round' }
  | { readonly result: 'withdrawn' }
  | { readonly result: 'deciding' };

/** The shopper or OMS cancelled an order that is in review. */
export interface WithdrawalMessage {
  /** The key holder, for the audit trail. */
  readonly actor: string;
  /** When given, the withdrawal applies in this round of the case only. */
  readonly round?: number;
}

/** The result of a withdrawal; `withdrawn` also answers a repeat. */
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
/** The stored status may differ from the workflow's state, because somebody has reset it. */
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

/** Limit of a key holder's name. Remarks may fill a whole API body, which has 1 MB. */
const nameMax = 255;
const remarksMax = 1_048_576;

/**
 * Parses a verdict, which anybody with access to Temporal may have sent; undefined when invalid.
 * Never throws: an invalid message must not harm the workflow.
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

/** Parses a withdrawal, which anybody with access to Temporal may have sent. Never throws. */
export const readWithdrawalMessage = (raw: unknown): WithdrawalMessage => {
  const given = typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : {};
  const { actor, round } = given;
  return {
    actor: isOptionalText(actor, nameMax) && actor ? actor : 'operator',
    ...(typeof round === 'number' && isOptionalRound(round) ? { round } : {}),
  };
};
