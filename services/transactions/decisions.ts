import type { PolicyInForce } from '../../contracts/controls.js';
import type { Decision, Outcome, TransactionStatus } from '../../contracts/hbc/decision.js';
import {
  type DecisionRow,
  findDecision,
  insertDecision,
  type NewDecision,
} from '../../db/decisions.js';
import { findOrderStateRow } from '../../db/orders.js';
import type { Queryable } from '../../db/pool.js';
import { findTransaction, type TransactionRow } from '../../db/transactions.js';
import type { VerdictRow } from '../../db/verdicts.js';
import { combineVotes, partnersToAskAgain } from '../../domain/combine-votes.js';
import { printRulesTripped } from '../../domain/rules-tripped.js';
import type { LocalScore, PartnerAnswer, PartnerName, Vote } from '../../domain/votes.js';
import { openRemarks } from '../cases/sealed-texts.js';
import { type Context, system, type Vault } from '../context.js';
import { crossReferenceOf } from './ids.js';

/** The answer as first sent, with the order's present status. */
interface StoredAnswer {
  /** Byte for byte. */
  readonly text: string;
  readonly inReview: boolean;
}

/** The answer in a row; undefined until it is decided. */
export const answerOf = (row: TransactionRow): StoredAnswer | undefined =>
  row.answer === null
    ? undefined
    : { text: row.answer, inReview: row.status === 'in_review' || row.status === 'oms_rejected' };

/** The stored answer of a transaction; undefined until there is one. */
export const findStoredAnswer = async (
  { db }: Context,
  transactionId: string,
): Promise<StoredAnswer | undefined> => {
  const row = await findTransaction(db, transactionId);
  return row && answerOf(row);
};

interface DecisionToRecord {
  readonly transactionId: string;
  readonly banner: string;
  readonly local: LocalScore;
  readonly answers: readonly PartnerAnswer[];
  /** Order total in the banner's currency; null when the order has another currency. */
  readonly homeAmount: number | null;
  readonly reviewDueAt: Date;
}

/** A stored decision as the workflow sees it. */
export interface StoredDecision {
  readonly outcome: Outcome;
  readonly totalScore: number;
  /** The answer to OMS, byte for byte. */
  readonly answer: string;
  readonly votes: readonly Vote[];
  /** Partners to ask again for their missing vote. */
  readonly askAgain: readonly PartnerName[];
}

const toRow = (
  { now }: Context<'now'>,
  { policy, version }: PolicyInForce,
  input: DecisionToRecord,
): NewDecision => {
  const { local, answers, homeAmount, transactionId } = input;
  const combined = combineVotes({ local, answers, policy, homeAmount, transactionId });
  const decision = {
    transactionId,
    recommendationCode: combined.outcome,
    crossReference: crossReferenceOf(transactionId),
    rulesTripped: printRulesTripped(local.hits),
    totalScore: local.totalScore,
    remarks: combined.remarks,
  } satisfies Decision;
  return {
    transactionId,
    outcome: combined.outcome,
    totalScore: decision.totalScore,
    crossReference: decision.crossReference,
    answer: JSON.stringify(decision),
    remarks: combined.remarks,
    rulesTripped: decision.rulesTripped,
    votes: combined.votes,
    hits: local.hits,
    erroredRules: local.erroredRules,
    facts: local.facts,
    partnerAnswers: answers,
    ruleSetHash: local.ruleSetHash,
    ruleSetVersion: local.ruleSetVersion ?? 0,
    trial: local.trial ?? null,
    policyVersion: version,
    priority: combined.priority,
    decidedAt: now,
    sampledRejectShare: combined.sampledRejectShare,
  };
};

/** Versions to evaluate after the answer; any but the deciding one belongs to a trial. */
const shadowsOf = ({ shadowVersions = [], ruleSetVersion = 0, trial }: LocalScore) =>
  shadowVersions.map((version) => ({
    version,
    trialId: version === ruleSetVersion ? null : (trial?.trialId ?? null),
  }));

const storedBefore = async (db: Queryable, transactionId: string): Promise<DecisionRow> => {
  const stored = await findDecision(db, transactionId);
  if (stored === undefined) throw new Error('a recorded decision was not found');
  return stored;
};

const toStoredDecision = (stored: NewDecision | DecisionRow): StoredDecision => {
  const { outcome, answer, votes } = stored;
  const totalScore = 'totalScore' in stored ? stored.totalScore : stored.total_score;
  const given = 'partnerAnswers' in stored ? stored.partnerAnswers : stored.partner_answers;
  return { outcome, totalScore, answer, votes, askAgain: partnersToAskAgain(outcome, given) };
};

/**
 * Combines the votes and stores decision, votes, hits, facts, case and audit row in one statement.
 * Insert-or-return: a stored decision beats a recomputed one, so a second run gives the same
 * result. `recorded` is true only for the call that stored it.
 */
export const recordDecision = async (
  context: Context<'now'>,
  policy: PolicyInForce,
  input: DecisionToRecord,
): Promise<{ decision: StoredDecision; recorded: boolean }> => {
  const { db } = context;
  const row = toRow(context, policy, input);
  const isReview = row.outcome === 'review';
  const { outcome, totalScore } = row;
  const recorded = await insertDecision(db, row, {
    status: isReview ? 'in_review' : 'settling',
    newCase: isReview
      ? {
          banner: input.banner,
          dueAt: input.reviewDueAt,
          rejectFrom: input.local.rejectFrom ?? null,
        }
      : null,
    shadows: shadowsOf(input.local),
    audit: {
      actor: system.name,
      action: 'decision.recorded',
      details: {
        ...{ outcome, totalScore, policyVersion: row.policyVersion },
        ...(row.sampledRejectShare !== null && { sampledRejectShare: row.sampledRejectShare }),
      },
    },
  });
  const decision = toStoredDecision(recorded ? row : await storedBefore(db, input.transactionId));
  return { decision, recorded };
};

const remarksOf = (vault: Vault, verdict: VerdictRow): string => {
  const remarks = openRemarks(vault, verdict);
  if (remarks !== '') return remarks;
  switch (verdict.source) {
    case 'expiry':
      return `No verdict by the review deadline: ${verdict.outcome} by policy.`;
    case 'partners':
      return 'The missing votes came in while the order waited, and every vote is accept.';
    case 'api':
    case 'signal':
      return `Decided by a reviewer: ${verdict.outcome}.`;
    default:
      return verdict.source satisfies never;
  }
};

/** The present decision: after a verdict the final one, with the reviewer's remarks. */
export const currentDecision = (
  vault: Vault,
  decision: DecisionRow,
  verdict: VerdictRow | undefined,
): Decision => ({
  transactionId: decision.transaction_id,
  recommendationCode: verdict?.outcome ?? decision.outcome,
  crossReference: decision.cross_reference,
  rulesTripped: decision.rules_tripped,
  totalScore: decision.total_score,
  remarks: verdict === undefined ? decision.remarks : remarksOf(vault, verdict),
});

/** The state of a decided transaction, for a workflow that resumes it. */
export interface OrderState {
  readonly status: TransactionStatus;
  /** `review` while it is open or withdrawn, else the outcome to settle or already settled. */
  readonly outcome: Outcome;
  readonly round: number;
  /** When the review ends; null without a case. */
  readonly dueAtMs: number | null;
}

/** Reads the state of a decided transaction. Throws when it has no decision. */
export const findOrderState = async (
  { db }: Context,
  transactionId: string,
): Promise<OrderState> => {
  const state = await findOrderStateRow(db, transactionId);
  if (state === undefined) throw new Error('the transaction has no decision yet');
  const { status, outcome, round, dueAt } = state;
  const isOpen = status === 'in_review' || status === 'oms_rejected' || status === 'withdrawn';
  return {
    status,
    outcome: isOpen ? 'review' : outcome,
    round: round ?? 0,
    dueAtMs: dueAt?.getTime() ?? null,
  };
};
