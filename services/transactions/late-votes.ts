import type { Outcome } from '../../contracts/hbc/decision.js';
import type { Policy } from '../../contracts/policy.js';
import { insertAudit } from '../../db/audit.js';
import { raisePriority } from '../../db/cases.js';
import { type DecisionRow, lockDecision } from '../../db/decisions.js';
import { insertLateAnswer, listPartnerAnswers } from '../../db/partner-answers.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import { combineVotes } from '../../domain/combine-votes.js';
import type { LocalScore, PartnerAnswer, Vote } from '../../domain/votes.js';
import { type Context, system } from '../context.js';

type Answered = PartnerAnswer & { readonly kind: 'answered' };

interface LateAnswer {
  readonly transactionId: string;
  readonly answer: Answered;
  /** The banner's policy as it is now. */
  readonly policy: Policy;
}

/** What all votes come to now that one more partner has answered. */
interface Reconsidered {
  readonly outcome: Outcome;
  readonly votes: readonly Vote[];
  /** As answered to OMS, which this vote does not change. */
  readonly answered: Outcome;
  /** The vote of the partner that answered late. */
  readonly lateVote: Outcome | undefined;
}

const localScoreOf = (decision: DecisionRow): LocalScore => ({
  totalScore: decision.total_score,
  outcome: decision.votes.find((vote) => vote.source === 'local')?.outcome ?? 'review',
  hits: decision.hits,
  erroredRules: decision.errored_rules,
  facts: {},
  ruleSetHash: decision.rule_set_hash,
});

const reconsider = async (
  db: Queryable,
  decision: DecisionRow,
  { transactionId, answer, policy }: LateAnswer,
): Promise<Reconsidered> => {
  const kept = await listPartnerAnswers(db, transactionId);
  const answers = decision.partner_answers.map(
    (given) => kept.find(({ answer: late }) => late.partner === given.partner)?.answer ?? given,
  );
  // Whoever is still silent holds the order: an outage waives nothing twice.
  const local = localScoreOf(decision);
  const { outcome, votes } = combineVotes({ local, answers, policy, homeAmount: null });
  const lateVote = votes.find(({ source }) => source === answer.partner)?.outcome;
  return { outcome, votes, answered: decision.outcome, lateVote };
};

/**
 * Keeps a vote that came after the decision and says what all votes come to now. A late reject
 * raises the case's priority and never cancels by itself. The decision's row is locked, so that
 * of two partners that answer at the same moment the later one sees both votes. A second run
 * changes nothing.
 */
export const hearLateVote = async (
  { db: pool, now }: Context<'now', Pool>,
  late: LateAnswer,
): Promise<Reconsidered> =>
  inTransaction(pool, async (db) => {
    const { transactionId, answer } = late;
    const decision = await lockDecision(db, transactionId);
    if (decision === undefined) throw new Error('a late vote came before the decision');
    const isNew = await insertLateAnswer(db, transactionId, answer, now);
    const reconsidered = await reconsider(db, decision, late);
    if (!isNew) return reconsidered;
    if (reconsidered.lateVote === 'reject') await raisePriority(db, transactionId);
    await insertAudit(db, {
      actor: system.name,
      action: 'vote.late',
      object: transactionId,
      details: { partner: answer.partner, label: answer.label, vote: reconsidered.lateVote },
      at: now,
    });
    return reconsidered;
  });
