import type { Outcome } from '../../contracts/hbc/decision.js';
import type { Policy } from '../../contracts/policy.js';
import { insertAudit } from '../../db/audit.js';
import { raisePriority } from '../../db/cases.js';
import { type DecisionRow, findDecision, lockDecision } from '../../db/decisions.js';
import {
  findPartnerAnswer,
  insertPartnerAnswer,
  listPartnerAnswers,
} from '../../db/partner-answers.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import { combineVotes } from '../../domain/combine-votes.js';
import type { LocalScore, PartnerAnswer, PartnerName, Vote } from '../../domain/votes.js';
import { type Context, system } from '../context.js';

/**
 * How long an order waited for its partners, in milliseconds: the slowest one's latency, as they
 * are asked concurrently; 0 when none was asked.
 */
export const partnerTimeOf = async ({ db }: Context, transactionId: string): Promise<number> => {
  const decision = await findDecision(db, transactionId);
  const times = decision?.partner_answers.map((answer) =>
    'latencyMs' in answer ? answer.latencyMs : 0,
  );
  return Math.max(0, ...(times ?? []));
};

/** A partner's stored answer about a transaction. */
export const findAnswer = (
  { db }: Context,
  transactionId: string,
  partner: PartnerName,
): Promise<PartnerAnswer | undefined> => findPartnerAnswer(db, transactionId, partner);

type Answered = PartnerAnswer & { readonly kind: 'answered' };

interface LateAnswer {
  readonly transactionId: string;
  readonly answer: Answered;
  /** The banner's present policy. */
  readonly policy: Policy;
}

/** The combined votes after one more partner has answered. */
interface Reconsidered {
  readonly outcome: Outcome;
  readonly votes: readonly Vote[];
  /** The outcome answered to OMS, which this vote does not change. */
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
  // A partner that is still silent keeps the order in review: an outage waives a vote only once.
  const local = localScoreOf(decision);
  const { outcome, votes } = combineVotes({
    ...{ local, answers, policy, homeAmount: null, transactionId: null },
  });
  const lateVote = votes.find(({ source }) => source === answer.partner)?.outcome;
  return { outcome, votes, answered: decision.outcome, lateVote };
};

/**
 * Stores a vote that arrived after the decision and combines all votes again. A late reject raises
 * the case's priority but never cancels by itself. Locks the decision's row, so that of two
 * concurrent answers the later one sees both votes. A second run changes nothing.
 */
export const recordLateVote = async (
  { db: pool, now }: Context<'now', Pool>,
  late: LateAnswer,
): Promise<Reconsidered> =>
  inTransaction(pool, async (db) => {
    const { transactionId, answer } = late;
    const decision = await lockDecision(db, transactionId);
    if (decision === undefined) throw new Error('a late vote came before the decision');
    const isNew = await insertPartnerAnswer(db, transactionId, answer, now);
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
