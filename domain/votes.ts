import type { Outcome } from '../contracts/hbc/decision.js';
import type { VotingPartner } from '../contracts/voting-partners.js';
import type { FactValue } from './facts/fact-group.js';
import type { Window } from './history.js';

/** A rule that tripped, with its points and a sentence that gives the reason. */
export interface RuleHit {
  readonly id: string;
  readonly name: string;
  readonly points: number;
  /** A sentence with the values used; never card data or personal text. */
  readonly reason: string;
  /** A hard rule decides regardless of the score. */
  readonly hard?: 'accept' | 'review' | 'reject';
  /**
   * The facts that it read, by name. Absent in decisions of earlier versions, like the next field.
   */
  readonly facts?: Readonly<Record<string, FactValue>>;
  readonly counted?: readonly CountedOrders[];
}

/** The orders that a fact of a hit counted. */
export interface CountedOrders {
  readonly fact: string;
  readonly window: Window;
  /** Other orders in the window, latest first; at most twenty. */
  readonly transactionIds: readonly string[];
  /** Their total number. */
  readonly orders: number;
}

/** A rule whose evaluation failed. It never counts as "no hit": the order goes to review. */
export interface ErroredRule {
  readonly id: string;
  readonly name: string;
  readonly message: string;
}

/** The local score of one transaction. */
export interface LocalScore {
  /** Plain sum of the points of `hits`, uncapped; trust points are negative. */
  readonly totalScore: number;
  readonly outcome: Outcome;
  readonly hits: readonly RuleHit[];
  readonly erroredRules: readonly ErroredRule[];
  /** All facts of the order at scoring time, by name: numbers, flags and codes. */
  readonly facts: Readonly<Record<string, FactValue>>;
  readonly ruleSetHash: string;
  /** The score from which the order is rejected; absent in scores of earlier versions. */
  readonly rejectFrom?: number;
  /** 0 is the shipped file. Absent in scores of earlier versions, like the next two fields. */
  readonly ruleSetVersion?: number;
  /** The trial that includes the order, and the arm that decided. */
  readonly trial?: { readonly trialId: string; readonly arm: 'champion' | 'challenger' };
  /** Versions whose shadow rules are evaluated after the answer. */
  readonly shadowVersions?: readonly number[];
}

/**
 * The part of a score that the workflow carries between steps. Facts are kilobytes that no step in
 * between reads, so they stay in the process. Another process recomputes score and facts together,
 * because its rules may differ.
 */
export type CarriedScore = Omit<LocalScore, 'facts'>;

export type PartnerName = VotingPartner;

/** Why a partner gave no usable answer. The code that catches the fault sets it by type. */
export type PartnerFaultCode =
  | 'timeout'
  | 'network'
  | 'rate_limited'
  | 'server_error'
  | 'refused'
  | 'unauthorized'
  | 'invalid_response'
  | 'wrong_echo'
  | 'partner_transient'
  | 'partner_permanent'
  | 'breaker_open'
  | 'overloaded';

/** One partner's contribution to one transaction. */
export type PartnerAnswer =
  | {
      readonly kind: 'answered';
      readonly partner: PartnerName;
      readonly outcome: Outcome;
      /** The partner's own label: a Sardine level or a Yleo result. */
      readonly label: string;
      readonly priority: 'normal' | 'high';
      /** Details for reviewers: scores, reason codes, rule names. No personal data. */
      readonly evidence: Readonly<Record<string, unknown>>;
      readonly latencyMs: number;
    }
  | {
      readonly kind: 'unavailable';
      readonly partner: PartnerName;
      readonly fault: PartnerFaultCode;
      /** False when a retry of the same request would fail again. */
      readonly retryable: boolean;
      readonly latencyMs: number;
      /** Our own process was stalled, so this says nothing about the partner. */
      readonly isOwnDelay?: true;
    }
  | { readonly kind: 'not_applicable'; readonly partner: PartnerName; readonly reason: string }
  /** `reason` is absent when the partner was never configured. */
  | { readonly kind: 'disabled'; readonly partner: PartnerName; readonly reason?: string }
  | { readonly kind: 'skipped'; readonly partner: PartnerName; readonly reason: string };

/** One source's outcome in the combination; sources without a vote are left out. */
export interface Vote {
  /** `policy` stands for votes that the banner's policy adds. */
  readonly source: 'local' | PartnerName | 'policy';
  readonly outcome: Outcome;
  /** The basis of the vote: `score 45`, `high`, `Declined`, `unavailable (timeout)`. */
  readonly label: string;
}
