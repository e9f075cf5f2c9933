import { z } from 'zod';
import { type Outcome, outcomes } from '../contracts/hbc/decision.js';
import type { ErroredRule, PartnerAnswer, RuleHit, Vote } from '../domain/votes.js';
import type { AuditEntry } from './audit.js';
import { filterColumnsText, riskText } from './case-risk.js';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';
import { parseRow } from './rows.js';

export const DecisionRow = z.object({
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
  /** 0 for the shipped file; null in decisions of earlier versions. */
  rule_set_version: z.number().nullable(),
  trial_id: z.string().nullable(),
  trial_arm: z.enum(['champion', 'challenger']).nullable(),
  /** 0 when the settings file's policy was in force. */
  policy_version: z.number(),
  priority: z.enum(['normal', 'high']),
  decided_at: z.date(),
});
export type DecisionRow = z.output<typeof DecisionRow>;

const columns = `transaction_id, outcome, total_score, cross_reference, answer, remarks,
  rules_tripped, votes, hits, errored_rules, partner_answers, rule_set_hash, rule_set_version,
  trial_id, trial_arm, policy_version, priority, decided_at`;

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
  readonly ruleSetVersion: number;
  readonly trial: { readonly trialId: string; readonly arm: string } | null;
  readonly policyVersion: number;
  readonly priority: string;
  readonly decidedAt: Date;
  /** Of a would-be reject that a reviewer sees: the share of them that one does. */
  readonly sampledRejectShare: number | null;
}

/** The effects of a new decision besides its own row. */
export interface DecisionConsequences {
  readonly status: 'in_review' | 'settling';
  /** The case to open; null unless the outcome is review. */
  readonly newCase: {
    readonly banner: string;
    readonly dueAt: Date;
    /** The score from which the order is rejected; null when it is unknown. */
    readonly rejectFrom: number | null;
  } | null;
  /** Rule-set versions to evaluate after the answer, each with its trial if it belongs to one. */
  readonly shadows: readonly { readonly version: number; readonly trialId: string | null }[];
  readonly audit: Pick<AuditEntry, 'actor' | 'action' | 'details'>;
}

const riskOfNew = riskText({
  ...{ banner: '$18::text', ruleSetHash: '$13::text', score: 'total_score' },
  ...{ errored: '$10::jsonb', rejectFrom: '$27::integer', amount: 'h.amount' },
});

const insertDecisionText = `with stored as (
    insert into decisions (transaction_id, outcome, total_score, cross_reference, answer,
      remarks, rules_tripped, votes, hits, errored_rules, facts, partner_answers,
      rule_set_hash, policy_version, priority, decided_at, rule_set_version, trial_id,
      trial_arm, sampled_reject_share)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $23, $24,
      $25, $28)
    on conflict (transaction_id) do nothing
    returning transaction_id, cross_reference, priority, total_score, decided_at, outcome,
      hits, partner_answers
  ), kept as (
    insert into partner_answers (transaction_id, partner, answer, answered_at)
    select transaction_id, answer->>'partner', answer, decided_at
    from stored cross join lateral jsonb_array_elements(partner_answers) answer
    where answer->>'kind' = 'answered' on conflict do nothing
  ), moved as (
    update transactions t set status = $17, updated_at = stored.decided_at from stored
    where t.transaction_id = stored.transaction_id and t.status = 'deciding'
  ), opened as (
    insert into cases (case_id, transaction_id, banner, status, reason, priority,
      total_score, opened_at, due_at, amount, currency, at_risk, risk_probability, rules,
      partners_down)
    select cross_reference, transaction_id, $18, 'open', 'review', priority, total_score,
      decided_at, $19::timestamptz, h.amount, h.currency, risk.at_risk, risk.probability,
      ${filterColumnsText('hits', 'partner_answers')}
    from stored left join order_history h using (transaction_id)
    cross join lateral ${riskOfNew} where $18::text is not null
  ), audited as (
    insert into audit (at, actor, action, object, details)
    select decided_at, $20, $21, transaction_id, $22 from stored
  ), evented as (
    insert into order_events (transaction_id, kind, at, details)
    select transaction_id, 'decided', decided_at,
      jsonb_build_object('outcome', outcome, 'shadows', $26::jsonb)
    from stored
  )
  select 1 from stored`;

/**
 * Stores a decision with its case, the partners' usable answers, the transaction's new status, the
 * audit row and the event for the consumers, unless a decision exists; true when this call stored
 * it. One statement: all or nothing, and one round trip while a caller waits.
 */
export const insertDecision = async (
  db: Queryable,
  decision: NewDecision,
  { status, newCase, shadows, audit }: DecisionConsequences,
): Promise<boolean> => {
  const { rowCount } = await reached(
    db.query({
      name: 'insert-decision',
      text: insertDecisionText,
      values: [
        decision.transactionId,
        decision.outcome,
        decision.totalScore,
        decision.crossReference,
        decision.answer,
        decision.remarks,
        decision.rulesTripped,
        ...[decision.votes, decision.hits, decision.erroredRules, decision.facts].map(toJson),
        toJson(decision.partnerAnswers),
        decision.ruleSetHash,
        decision.policyVersion,
        decision.priority,
        decision.decidedAt,
        status,
        newCase?.banner ?? null,
        newCase?.dueAt ?? null,
        audit.actor,
        audit.action,
        toJson(audit.details ?? {}),
        decision.ruleSetVersion,
        decision.trial?.trialId ?? null,
        decision.trial?.arm ?? null,
        toJson(shadows),
        newCase?.rejectFrom ?? null,
        decision.sampledRejectShare,
      ],
    }),
  );
  return rowCount === 1;
};

/** The decision, locked until the transaction ends. */
export const lockDecision = async (
  db: Queryable,
  transactionId: string,
): Promise<DecisionRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'lock-decision',
      text: `select ${columns} from decisions where transaction_id = $1 for update`,
      values: [transactionId],
    }),
  );
  return parseRow(DecisionRow, rows);
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

/** Whether the order is a would-be reject that a reviewer sees as one of a random share. */
export const isSampledReject = async (db: Queryable, transactionId: string): Promise<boolean> => {
  const { rowCount } = await reached(
    db.query({
      name: 'is-sampled-reject',
      text: `select from decisions
        where transaction_id = $1 and sampled_reject_share is not null`,
      values: [transactionId],
    }),
  );
  return rowCount === 1;
};
