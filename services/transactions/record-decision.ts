import type { Decision } from '../../contracts/hbc/decision.js';
import type { BannerSettings } from '../../contracts/settings.js';
import { insertAudit } from '../../db/audit.js';
import { insertCase } from '../../db/cases.js';
import { type DecisionRow, findDecision, insertDecision } from '../../db/decisions.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { moveStatus } from '../../db/transactions.js';
import { combineVotes } from '../../domain/combine-votes.js';
import { printRulesTripped } from '../../domain/rules-tripped.js';
import type { LocalScore, PartnerAnswer } from '../../domain/votes.js';
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

const combine = (input: DecisionToRecord, settings: BannerSettings) => {
  const { local, answers, transactionId } = input;
  const combined = combineVotes({ local, answers, automaticReject: settings.automaticReject });
  const decision: Decision = {
    transactionId,
    recommendationCode: combined.outcome,
    crossReference: crossReferenceOf(transactionId),
    rulesTripped: printRulesTripped(local.hits),
    totalScore: local.totalScore,
    remarks: combined.remarks,
  };
  return { combined, decision };
};

/**
 * Combines the votes and stores decision, votes, hits, facts, case and audit row in one database
 * transaction. Insert-or-return: a stored decision beats a recomputed one, so running it twice
 * answers the same. `recorded` is true for the call that stored it.
 */
export const recordDecision = async (
  pool: Pool,
  settings: BannerSettings,
  input: DecisionToRecord,
): Promise<{ decision: DecisionRow; recorded: boolean }> => {
  const { combined, decision } = combine(input, settings);
  const { transactionId, now } = input;
  const isReview = combined.outcome === 'review';
  return inTransaction(pool, async (db) => {
    const recorded = await insertDecision(db, {
      transactionId,
      outcome: combined.outcome,
      totalScore: decision.totalScore,
      crossReference: crossReferenceOf(transactionId),
      answer: JSON.stringify(decision),
      remarks: combined.remarks,
      rulesTripped: decision.rulesTripped ?? '',
      votes: combined.votes,
      hits: input.local.hits,
      erroredRules: input.local.erroredRules,
      facts: input.local.facts,
      partnerAnswers: input.answers,
      ruleSetHash: input.local.ruleSetHash,
      priority: combined.priority,
      decidedAt: now,
    });
    if (recorded) {
      if (isReview) {
        await insertCase(db, {
          caseId: crossReferenceOf(transactionId),
          transactionId,
          banner: input.banner,
          priority: combined.priority,
          totalScore: decision.totalScore,
          openedAt: now,
          dueAt: input.reviewDueAt,
        });
      }
      await moveStatus(db, transactionId, ['deciding'], isReview ? 'in_review' : 'settling', now);
      await insertAudit(db, {
        actor: system.name,
        action: 'decision.recorded',
        object: transactionId,
        details: { outcome: combined.outcome, totalScore: decision.totalScore },
        at: now,
      });
    }
    const stored = await findDecision(db, transactionId);
    if (stored === undefined) throw new Error('a recorded decision was not found');
    return { decision: stored, recorded };
  });
};
