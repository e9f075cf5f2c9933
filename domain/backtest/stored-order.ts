import type { Outcome } from '../../contracts/hbc/decision.js';
import type { Banner } from '../../contracts/hbc/transaction.js';
import type { FactValue } from '../facts/fact-group.js';
import type { ErroredRule, PartnerAnswer } from '../votes.js';

/** A decided order as a backtest reads it back. */
export interface StoredOrder {
  readonly transactionId: string;
  readonly banner: Banner;
  readonly receivedAtMs: number;
  /** Order total in major units of `currency`. */
  readonly amount: number;
  readonly currency: string;
  readonly outcome: Outcome;
  /** The vote of the rules alone. */
  readonly localOutcome: Outcome;
  readonly totalScore: number;
  readonly rulesTripped: string;
  readonly remarks: string;
  readonly erroredRules: readonly ErroredRule[];
  readonly answers: readonly PartnerAnswer[];
  readonly policyVersion: number;
  readonly ruleSetHash: string;
  /** The facts at scoring time, by full name. */
  readonly facts: Readonly<Record<string, FactValue>>;
  /** True for a past order that somebody brought along: it has no stored facts. */
  readonly isImported: boolean;
  /** A would-be reject that went to a reviewer, as one of a random share. */
  readonly isSampledReject: boolean;
  /** The order's current label. */
  readonly became: 'fraud' | 'good' | 'dispute' | 'unlabelled';
}
