import { z } from 'zod';
import { type Outcome } from '../contracts/hbc/decision.js';
import { banners } from '../contracts/hbc/transaction.js';
import { Policy } from '../contracts/policy.js';
import type { FactValue } from '../domain/facts/fact-group.js';
import { withNamesOfToday } from '../domain/facts/renamed.js';
import type { ErroredRule, PartnerAnswer, RuleHit } from '../domain/votes.js';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

/** A due evaluation, as the decision's event names it. */
export const PendingShadow = z.object({
  transactionId: z.string(),
  version: z.number(),
  trialId: z.string().nullable(),
});
export type PendingShadow = z.output<typeof PendingShadow>;

const OrderRow = z.object({
  transaction_id: z.string(),
  banner: z.enum(banners),
  hits: z.custom<readonly RuleHit[]>(Array.isArray),
  errored_rules: z.custom<readonly ErroredRule[]>(Array.isArray),
  facts: z.record(z.string(), z.custom<FactValue>()).transform(withNamesOfToday),
  partner_answers: z.custom<readonly PartnerAnswer[]>(Array.isArray),
  rule_set_hash: z.string(),
  rule_set_version: z.number().nullable(),
  /** The published policy of the decision; null when the settings file's policy was in force. */
  policy: Policy.nullable(),
});
export type ShadowOrder = z.output<typeof OrderRow>;

/** The data of decided orders for their evaluation, unordered. */
export const findShadowOrders = async (
  db: Queryable,
  transactionIds: readonly string[],
): Promise<ShadowOrder[]> => {
  const { rows } = await reached(
    db.query({
      name: 'find-shadow-orders',
      text: `select d.transaction_id, t.banner, d.hits, d.errored_rules, d.facts,
          d.partner_answers, d.rule_set_hash, d.rule_set_version, p.policy
        from decisions d join transactions t using (transaction_id)
        left join policies p on p.banner = t.banner and p.version = d.policy_version
        where d.transaction_id = any($1)`,
      values: [transactionIds],
    }),
  );
  return parseRows(OrderRow, rows);
};

/** The result of an evaluation: a score or a fault. */
export interface NewShadowScore {
  readonly transactionId: string;
  readonly version: number;
  readonly trialId: string | null;
  readonly score: {
    readonly totalScore: number;
    readonly outcome: Outcome;
    readonly hits: readonly unknown[];
    readonly erroredRules: readonly unknown[];
  } | null;
  readonly fault: string | null;
}

/** Stores the results of evaluations. */
export const insertShadowScores = async (
  db: Queryable,
  scores: readonly NewShadowScore[],
  at: Date,
): Promise<void> => {
  const given = scores.map(({ transactionId, version, trialId, score, fault }) => ({
    transaction_id: transactionId,
    version,
    trial_id: trialId,
    total_score: score?.totalScore ?? null,
    outcome: score?.outcome ?? null,
    hits: score?.hits ?? null,
    errored_rules: score?.erroredRules ?? null,
    fault,
  }));
  await reached(
    db.query({
      name: 'insert-shadow-scores',
      text: `insert into shadow_scores (transaction_id, version, trial_id, total_score, outcome,
          hits, errored_rules, fault, evaluated_at)
        select transaction_id, version, trial_id, total_score, outcome, hits, errored_rules, fault,
          $2
        from jsonb_to_recordset($1::jsonb) as one(transaction_id text, version integer,
          trial_id uuid, total_score integer, outcome text, hits jsonb, errored_rules jsonb,
          fault text)`,
      values: [toJson(given), at],
    }),
  );
};
