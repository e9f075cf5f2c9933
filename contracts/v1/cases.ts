import { z } from 'zod';
import { Decision, outcomes, statuses, verdictSources } from '../hbc/decision.js';
import { banners } from '../hbc/transaction.js';

const instant = z.iso.datetime();

/** A decision that no workflow has taken yet. */
export const WaitingDecision = z
  .object({
    decisionId: z.uuid(),
    outcome: z.enum(['accept', 'reject']),
    reasonCode: z.string(),
    by: z.string(),
    at: instant,
    confirmedBy: z.string().nullable(),
    undoUntil: instant.nullable(),
    state: z.enum(['pending', 'awaiting_second', 'applying']),
  })
  .meta({ id: 'WaitingDecision' });
export type WaitingDecision = z.output<typeof WaitingDecision>;

const CaseClaim = z.object({ by: z.string(), until: instant }).meta({ id: 'CaseClaim' });
const CaseEscalation = z.object({ by: z.string(), at: instant }).meta({ id: 'CaseEscalation' });
const CaseHold = z.object({ by: z.string(), until: instant }).meta({ id: 'CaseHold' });

/** A case in the queue. */
export const CaseSummary = z
  .object({
    caseId: z.uuid(),
    transactionId: z.string(),
    banner: z.enum(banners),
    orderId: z.string(),
    groupId: z.string(),
    status: z.enum(['open', 'closed']),
    transactionStatus: z.enum(statuses),
    reason: z.enum(['review', 'oms_rejected']),
    priority: z.enum(['normal', 'high']),
    totalScore: z.int(),
    round: z.int(),
    omsStatus: z.int().nullable(),
    reminders: z.int(),
    openedAt: instant,
    dueAt: instant,
    closedAt: instant.nullable(),
    overdue: z.boolean(),
    verdict: z.enum(outcomes).nullable(),
    /** Order total; null where an earlier version opened the case. */
    amount: z.number().nullable(),
    currency: z.string().nullable(),
    /** The expected loss in `currency`. */
    atRisk: z.number().nullable(),
    /** The probability of fraud that `atRisk` uses; null where it uses the score. */
    riskProbability: z.number().min(0).max(1).nullable(),
    claim: CaseClaim.nullable(),
    escalation: CaseEscalation.nullable(),
    hold: CaseHold.nullable(),
    noteCount: z.int(),
    tags: z.array(z.string()),
    pendingDecision: WaitingDecision.nullable(),
  })
  .meta({ id: 'CaseSummary' });
export type CaseSummary = z.output<typeof CaseSummary>;

const RuleHit = z
  .object({
    id: z.string(),
    name: z.string(),
    points: z.number(),
    reason: z.string(),
    hard: z.enum(['accept', 'review', 'reject']).optional(),
    /** The facts that it read, by name. */
    facts: z.record(z.string(), z.union([z.number(), z.boolean(), z.string()])).optional(),
    /** The orders that its facts counted. */
    counted: z
      .array(
        z.object({
          fact: z.string(),
          window: z.string(),
          /** The latest other orders, at most twenty. */
          transactionIds: z.array(z.string()).readonly(),
          orders: z.int(),
        }),
      )
      .readonly()
      .optional(),
  })
  .meta({ id: 'RuleHit' });

const Vote = z
  .object({ source: z.string(), outcome: z.enum(outcomes), label: z.string() })
  .meta({ id: 'Vote' });

const CaseVerdict = z
  .object({
    round: z.int(),
    outcome: z.enum(['accept', 'reject']),
    source: z.enum(verdictSources),
    reviewer: z.string(),
    remarks: z.string(),
    decidedAt: instant,
  })
  .meta({ id: 'CaseVerdict' });

const TimelineEntry = z
  .object({
    at: instant,
    actor: z.string(),
    action: z.string(),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'TimelineEntry' });

/** Evidence on a subject of the order, whenever it was received. */
const CaseEvidence = z
  .object({
    evidenceId: z.uuid(),
    kind: z.enum(['aifi_suspicion', 'sparkfly_alert', 'fraud', 'chargeback', 'dispute', 'refund']),
    /** The source of the report; `details` describe it further. */
    source: z.string(),
    reference: z.string(),
    subject: z.enum(['card', 'email', 'account', 'device', 'address', 'card_digits', 'store']),
    /** True when linked by a card's first six and last four digits, which strangers share. */
    weak: z.boolean(),
    occurredAt: instant,
    recordedAt: instant,
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'CaseEvidence' });
export type CaseEvidence = z.output<typeof CaseEvidence>;

/** What a reviewer wrote about a case. */
export const CaseNote = z
  .object({
    noteId: z.uuid(),
    kind: z.enum(['note', 'take_over', 'reassignment', 'escalation', 'hold']),
    text: z.string(),
    by: z.string(),
    at: instant,
  })
  .meta({ id: 'CaseNote' });

/** A point of the checklist that somebody has ticked. */
export const CaseCheck = z
  .object({ item: z.string(), by: z.string(), at: instant })
  .meta({ id: 'CaseCheck' });

const CaseReason = z.object({ code: z.string(), text: z.string() }).meta({ id: 'CaseReason' });

/** A case with everything that a reviewer needs for a verdict. */
export const CaseDetail = CaseSummary.extend({
  /** In the form in which it was stored; it is not parsed again. */
  transaction: z.record(z.string(), z.unknown()).meta({ shownAs: 'Transaction' }),
  decision: Decision,
  answered: Decision,
  votes: z.array(Vote),
  hits: z.array(RuleHit),
  erroredRules: z.array(z.object({ id: z.string(), name: z.string(), message: z.string() })),
  /** The answers that the decision used. */
  partnerAnswers: z.array(z.record(z.string(), z.unknown())),
  /** Answers that partners gave after the decision; oldest first. */
  lateAnswers: z.array(z.looseObject({ partner: z.string(), answeredAt: instant })),
  /** The rule set that decided: 0 is the shipped file; null in decisions of earlier versions. */
  ruleSetVersion: z.int().min(0).nullable(),
  ruleSetHash: z.string(),
  /** The banner's policy that combined the votes; 0 is the settings file's. */
  policyVersion: z.int().min(0),
  /** The reason of OMS for a refusal; null without a refusal or a reason. */
  omsReason: z.string().nullable(),
  verdicts: z.array(CaseVerdict),
  /** Oldest first. */
  notes: z.array(CaseNote),
  /** The banner's reasons for each outcome; a decision names one. */
  reasonCodes: z.object({ accept: z.array(CaseReason), reject: z.array(CaseReason) }),
  /** Whether a decision needs a second person. */
  needsSecond: z.boolean(),
  checklist: z.array(z.string()),
  /** The points that somebody has ticked, oldest first; also points that left the list. */
  checks: z.array(CaseCheck),
  /** The latest first; includes evidence received after the decision. */
  evidence: z.array(CaseEvidence),
  timeline: z.array(TimelineEntry),
  /** The other shipment groups of the same order. */
  sameOrder: z.array(
    z.object({ transactionId: z.string(), groupId: z.string(), status: z.enum(statuses) }),
  ),
}).meta({ id: 'CaseDetail' });
export type CaseDetail = z.output<typeof CaseDetail>;

/** Answer of `GET /v1/cases`. */
export const CasePage = z
  .object({ cases: z.array(CaseSummary), nextCursor: z.string().nullable() })
  .meta({ id: 'CasePage' });

/** Answer of `GET /v1/transactions`. */
export const TransactionPage = z
  .object({
    transactions: z.array(
      z.object({
        transactionId: z.string(),
        banner: z.enum(banners),
        orderId: z.string(),
        groupId: z.string(),
        status: z.enum(statuses),
        receivedAt: instant,
        answered: Decision.nullable(),
      }),
    ),
  })
  .meta({ id: 'TransactionPage' });
