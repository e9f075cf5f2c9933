import { z } from 'zod';
import { type Outcome, outcomes } from '../contracts/hbc/decision.js';
import type { ErroredRule, PartnerAnswer, RuleHit, Vote } from '../domain/votes.js';
import { type Queryable, reached } from './pool.js';
import { parseRow } from './rows.js';

const DecisionRow = z.object({
  transaction_id: z.string(),
  outcome: z.enum(outcomes),
  total_score: z.number(),
  cross_reference: z.string(),
  answer: z.string(),
  remarks: z.string(),
  rules_tripped: z.string(),
  votes: z.custom<readonly Vote[]>(Array.isArray),
  hits: z.custom<readonly RuleHit[]>(Array.isArray),
  errored_rules: z.custom<readonly ErroredRule[]>(Array.isArray),
  partner_answers: z.custom<readonly PartnerAnswer[]>(Array.isArray),
  rule_set_hash: z.string(),
  priority: z.enum(['normal', 'high']),
  decided_at: z.date(),
});
export type DecisionRow = z.output<typeof DecisionRow>;

const columns = `transaction_id, outcome, total_score, cross_reference, answer, remarks,
  rules_tripped, votes, hits, errored_rules, partner_answers, rule_set_hash, priority, decided_at`;

export interface NewDecision {
  readonly transactionId: string;
  readonly outcome: Outcome;
  readonly totalScore: number;
  readonly crossReference: string;
  readonly answer: string;
  readonly remarks: string;
  readonly rulesTripped: string;
  readonly votes: readonly Vote[];
  readonly hits: readonly RuleHit[];
  readonly erroredRules: readonly ErroredRule[];
  readonly facts: Readonly<Record<string, unknown>>;
  readonly partnerAnswers: readonly PartnerAnswer[];
  readonly ruleSetHash: string;
  readonly priority: string;
  readonly decidedAt: Date;
}

/** Stores the decision unless one is stored; true when this call stored it. */
export const insertDecision = async (db: Queryable, decision: NewDecision): Promise<boolean> => {
  const result = await reached(
    db.query({
      name: 'insert-decision',
      text: `insert into decisions (transaction_id, outcome, total_score, cross_reference, answer,
          remarks, rules_tripped, votes, hits, errored_rules, facts, partner_answers,
          rule_set_hash, priority, decided_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        on conflict (transaction_id) do nothing`,
      values: [
        decision.transactionId,
        decision.outcome,
        decision.totalScore,
        decision.crossReference,
        decision.answer,
        decision.remarks,
        decision.rulesTripped,
        JSON.stringify(decision.votes),
        JSON.stringify(decision.hits),
        JSON.stringify(decision.erroredRules),
        JSON.stringify(decision.facts),
        JSON.stringify(decision.partnerAnswers),
        decision.ruleSetHash,
        decision.priority,
        decision.decidedAt,
      ],
    }),
  );
  return result.rowCount === 1;
};

export const findDecision = async (
  db: Queryable,
  transactionId: string,
): Promise<DecisionRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-decision',
      text: `select ${columns} from decisions where transaction_id = $1`,
      values: [transactionId],
    }),
  );
  return parseRow(DecisionRow, rows);
};
