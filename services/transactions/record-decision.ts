import type { PolicyInForce } from '../../contracts/controls.js';
import type { Decision, Outcome } from '../../contracts/hbc/decision.js';
import {
  type DecisionRow,
  findDecision,
  insertDecision,
  type NewDecision,
} from '../../db/decisions.js';
import type { Queryable } from '../../db/pool.js';
import { combineVotes, partnersToAskAgain } from '../../domain/combine-votes.js';
import { printRulesTripped } from '../../domain/rules-tripped.js';
import type { LocalScore, PartnerAnswer, PartnerName, Vote } from '../../domain/votes.js';
import { crossReferenceOf } from '../cross-reference.js';
import { system } from '../ports.js';

export interface DecisionToRecord {
  readonly transactionId: string;
  readonly banner: string;
  readonly local: LocalScore;
  readonly answers: readonly PartnerAnswer[];
  /** Order total in the banner's currency; null when the order has another currency. */
  readonly homeAmount: number | null;
  readonly reviewDueAt: Date;
  readonly now: Date;
}

/** What is told of a stored decision. */
export interface StoredDecision {
  readonly outcome: Outcome;
  readonly totalScore: number;
  /** The answer to OMS, byte for byte. */
  readonly answer: string;
  readonly votes: readonly Vote[];
  /** Partners whose missing vote is worth asking for again. */
  readonly askAgain: readonly PartnerName[];
}

const toRow = (input: DecisionToRecord, { policy, version }: PolicyInForce): NewDecision => {
  const { local, answers, homeAmount, transactionId } = input;
  const combined = combineVotes({ local, answers, policy, homeAmount });
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
    decidedAt: input.now,
  };
};

/** What is evaluated after the answer; any version but the one that decides is a trial's. */
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

const tell = (stored: NewDecision | DecisionRow): StoredDecision => {
  const { outcome, answer, votes } = stored;
  const totalScore = 'totalScore' in stored ? stored.totalScore : stored.total_score;
  const given = 'partnerAnswers' in stored ? stored.partnerAnswers : stored.partner_answers;
  return { outcome, totalScore, answer, votes, askAgain: partnersToAskAgain(outcome, given) };
};

/**
 * Combines the votes and stores decision, votes, hits, facts, case and audit row in one
 * statement. Insert-or-return: a stored decision beats a recomputed one, so running it twice
 * answers the same. `recorded` is true for the call that stored it.
 */
export const recordDecision = async (
  db: Queryable,
  policy: PolicyInForce,
  input: DecisionToRecord,
): Promise<{ decision: StoredDecision; recorded: boolean }> => {
  const row = toRow(input, policy);
  const isReview = row.outcome === 'review';
  const { outcome, totalScore } = row;
  const recorded = await insertDecision(db, row, {
    status: isReview ? 'in_review' : 'settling',
    newCase: isReview ? { banner: input.banner, dueAt: input.reviewDueAt } : null,
    shadows: shadowsOf(input.local),
    audit: {
      actor: system.name,
      action: 'decision.recorded',
      details: { outcome, totalScore, policyVersion: row.policyVersion },
    },
  });
  const decision = tell(recorded ? row : await storedBefore(db, input.transactionId));
  return { decision, recorded };
};
