import type { Outcome } from '../contracts/hbc/decision.js';
import type { VotingPartner } from '../contracts/voting-partners.js';
import type { FactValue } from './facts/fact-group.js';
import type { Window } from './history.js';

/** One rule that tripped, with the points it adds and a plain sentence that says why. */
export interface RuleHit {
  readonly id: string;
  readonly name: string;
  readonly points: number;
  /** A sentence with the values used; never card data or personal text. */
  readonly reason: string;
  /** A hard rule decides whatever the score says. */
  readonly hard?: 'accept' | 'review' | 'reject';
  /** The facts that it read, by name. Absent in decisions of earlier versions, as is the next. */
  readonly facts?: Readonly<Record<string, FactValue>>;
  readonly counted?: readonly CountedOrders[];
}

/** The orders behind a fact that a hit counted. */
export interface CountedOrders {
  readonly fact: string;
  readonly window: Window;
  /** Other orders within the window, the latest first; at most twenty. */
  readonly transactionIds: readonly string[];
  /** How many there are in all. */
  readonly orders: number;
}

/** A rule that could not be evaluated. It never counts as "no hit": the order goes to review. */
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
  /** All facts of the order as it was scored, by name: numbers, flags and codes. */
  readonly facts: Readonly<Record<string, FactValue>>;
  readonly ruleSetHash: string;
  /** 0 is the shipped file. Absent in scores of earlier versions, as are the next two. */
  readonly ruleSetVersion?: number;
  /** The trial that the order took part in, and which of its two rule sets decided. */
  readonly trial?: { readonly trialId: string; readonly arm: 'champion' | 'challenger' };
  /** Versions whose shadow part is evaluated after the answer. */
  readonly shadowVersions?: readonly number[];
}

/**
 * What the workflow carries of it from one step to the next. Facts are kilobytes that no step in
 * between reads: they stay in the process. Another process computes score and facts anew together,
 * because its rules may be others.
 */
export type CarriedScore = Omit<LocalScore, 'facts'>;

export type PartnerName = VotingPartner;

/** Why a partner gave no usable answer; decided where the fault arises, by type. */
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

/** What one partner contributed to one transaction. */
export type PartnerAnswer =
  | {
      readonly kind: 'answered';
      readonly partner: PartnerName;
      readonly outcome: Outcome;
      /** The partner's own word: a Sardine level or a Yleo result. */
      readonly label: string;
      readonly priority: 'normal' | 'high';
      /** Explanation to show: scores, reason codes, rule names. No personal data. */
      readonly evidence: Readonly<Record<string, unknown>>;
      readonly latencyMs: number;
    }
  | {
      readonly kind: 'unavailable';
      readonly partner: PartnerName;
      readonly fault: PartnerFaultCode;
      /** False when the same request would fail again. */
      readonly retryable: boolean;
      readonly latencyMs: number;
      /** Our process did not run meanwhile, so this says nothing about the partner. */
      readonly isOwnDelay?: true;
    }
  | { readonly kind: 'not_applicable'; readonly partner: PartnerName; readonly reason: string }
  /** `reason` is absent where the partner was never set up. */
  | { readonly kind: 'disabled'; readonly partner: PartnerName; readonly reason?: string }
  | { readonly kind: 'skipped'; readonly partner: PartnerName; readonly reason: string };

/** One source's outcome as it enters the combination; sources without a vote are left out. */
export interface Vote {
  /** `policy` stands for what the banner's policy adds of its own. */
  readonly source: 'local' | PartnerName | 'policy';
  readonly outcome: Outcome;
  /** What stands behind it: `score 45`, `high`, `Declined`, `unavailable (timeout)`. */
  readonly label: string;
}
