import { z } from 'zod';
import { outcomes } from '../contracts/hbc/decision.js';
import { banners } from '../contracts/hbc/transaction.js';
import type { FactValue } from '../domain/facts/fact-group.js';
import { withNamesOfToday } from '../domain/facts/renamed.js';
import type { ErroredRule, PartnerAnswer, RuleHit, Vote } from '../domain/votes.js';
import { type Queryable, reached } from './pool.js';
import { parseRow } from './rows.js';

const ExplanationRow = z.object({
  transaction_id: z.string(),
  banner: z.enum(banners),
  outcome: z.enum(outcomes),
  total_score: z.number(),
  votes: z.custom<readonly Vote[]>(Array.isArray),
  partner_answers: z.custom<readonly PartnerAnswer[]>(Array.isArray),
  hits: z.custom<readonly RuleHit[]>(Array.isArray),
  errored_rules: z.custom<readonly ErroredRule[]>(Array.isArray),
  facts: z.record(z.string(), z.custom<FactValue>()).transform(withNamesOfToday),
  rule_set_hash: z.string(),
  /** 0 for the shipped file; null in decisions of earlier versions. */
  rule_set_version: z.number().nullable(),
  trial_id: z.string().nullable(),
  trial_arm: z.enum(['champion', 'challenger']).nullable(),
  policy_version: z.number(),
  sampled_reject_share: z.number().nullable(),
  decided_at: z.date(),
});
export type ExplanationRow = z.output<typeof ExplanationRow>;

/** The parts of a decision; undefined without a decision. */
export const findExplanation = async (
  db: Queryable,
  transactionId: string,
): Promise<ExplanationRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-explanation',
      text: `select d.transaction_id, t.banner, d.outcome, d.total_score, d.votes, d.hits,
          d.partner_answers, d.errored_rules, d.facts, d.rule_set_hash, d.rule_set_version,
          d.trial_id, d.trial_arm, d.policy_version, d.sampled_reject_share, d.decided_at
        from decisions d join transactions t using (transaction_id) where d.transaction_id = $1`,
      values: [transactionId],
    }),
  );
  return parseRow(ExplanationRow, rows);
};
