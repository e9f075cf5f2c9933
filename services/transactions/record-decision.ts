import type { Decision, Outcome } from '../../contracts/hbc/decision.js';
import type { BannerSettings } from '../../contracts/settings.js';
import { findDecision, insertDecision, type NewDecision } from '../../db/decisions.js';
import type { Queryable } from '../../db/pool.js';
import { combineVotes } from '../../domain/combine-votes.js';
import { printRulesTripped } from '../../domain/rules-tripped.js';
import type { LocalScore, PartnerAnswer, Vote } from '../../domain/votes.js';
import { crossReferenceOf } from '../cross-reference.js';
import { system } from '../ports.js';

export interface DecisionToRecord {
  readonly transactionId: string;
  readonly banner: string;
  readonly local: LocalScore;
  readonly answers: readonly PartnerAnswer[];
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
}

const toRow = (input: DecisionToRecord, settings: BannerSettings): NewDecision => {
  const { local, answers, transactionId } = input;
  const combined = combineVotes({ local, answers, automaticReject: settings.automaticReject });
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
    priority: combined.priority,
    decidedAt: input.now,
  };
};

const storedBefore = async (db: Queryable, transactionId: string): Promise<StoredDecision> => {
  const stored = await findDecision(db, transactionId);
  if (stored === undefined) throw new Error('a recorded decision was not found');
  const { outcome, total_score: totalScore, answer, votes } = stored;
  return { outcome, totalScore, answer, votes };
};

/**
 * Combines the votes and stores decision, votes, hits, facts, case and audit row in one
 * statement. Insert-or-return: a stored decision beats a recomputed one, so running it twice
 * answers the same. `recorded` is true for the call that stored it.
 */
export const recordDecision = async (
  db: Queryable,
  settings: BannerSettings,
  input: DecisionToRecord,
): Promise<{ decision: StoredDecision; recorded: boolean }> => {
  const row = toRow(input, settings);
  const isReview = row.outcome === 'review';
  const { outcome, totalScore } = row;
  const recorded = await insertDecision(db, row, {
    status: isReview ? 'in_review' : 'settling',
    newCase: isReview ? { banner: input.banner, dueAt: input.reviewDueAt } : null,
    audit: {
      actor: system.name,
      action: 'decision.recorded',
      details: { outcome, totalScore },
    },
  });
  const decision = recorded ? row : await storedBefore(db, input.transactionId);
  return { decision, recorded };
};
