import type { Outcome } from '../../contracts/hbc/decision.js';
import { dayMs } from '../utc-day.js';
import type { Ending, Use } from './patterns.js';

/** The periods of a fit, as epoch milliseconds; each ends where the next one begins. */
export interface FitPeriods {
  readonly fromMs: number;
  readonly checkFromMs: number;
  readonly heldOutFromMs: number;
  /** Exclusive: later orders are too young for their labels to have arrived by the cut. */
  readonly toMs: number;
}

/** The share of the fitted days whose orders choose how far points may move. */
const checkShare = 0.25;

export interface FitTimes {
  readonly fromMs: number;
  /** Nothing that became known later counts. */
  readonly cutMs: number;
  /** Days that a label may take to arrive. */
  readonly maturityDays: number;
  /** The last days before orders become too young. */
  readonly heldOutDays: number;
}

/** Divides the orders of a fit by their time of receipt: the earliest fit, the latest measure. */
export const periodsOf = ({ fromMs, cutMs, maturityDays, heldOutDays }: FitTimes): FitPeriods => {
  const toMs = cutMs - maturityDays * dayMs;
  const heldOutFromMs = toMs - heldOutDays * dayMs;
  const checkFromMs = heldOutFromMs - Math.round((heldOutFromMs - fromMs) * checkShare);
  return { fromMs, checkFromMs, heldOutFromMs, toMs };
};

/** What an order received at `atMs`, within the periods, is used for. */
export const useOf = (atMs: number, { checkFromMs, heldOutFromMs }: FitPeriods): Use => {
  if (atMs >= heldOutFromMs) return 'held_out';
  return atMs >= checkFromMs ? 'check' : 'train';
};

/** What was known of an order at the cut. */
export interface KnownEnding {
  /** The order's label at the cut. */
  readonly became: 'fraud' | 'good' | 'dispute' | 'unlabelled';
  /** The first answer. */
  readonly answered: Outcome;
  /**
   * The last verdict by then, null without one. An `unseen_reject` is not a person's: the review
   * deadline ended the review.
   */
  readonly verdict: 'accept' | 'reject' | 'unseen_reject' | null;
  /** Of a would-be reject that went to a reviewer at random: the share of them that did. */
  readonly sampledRejectShare: number | null;
}

/**
 * The ending of an order for a fit. A label says it. Without one, an order that was let through is
 * taken as good, because a fraud would have been charged back by now. Nobody knows what a rejected
 * order would have become. With `areVerdictsLabels`, a person's reject counts as fraud where there
 * is no label. An order still in review and a dispute are unknown.
 */
export const endingOf = (
  { became, answered, verdict }: Omit<KnownEnding, 'sampledRejectShare'>,
  areVerdictsLabels: boolean,
): Ending => {
  if (became === 'fraud' || became === 'good') return became;
  if (became === 'dispute') return 'unknown';
  if (verdict === 'accept') return 'good';
  if (verdict === 'reject' && areVerdictsLabels) return 'fraud';
  if (verdict !== null || answered === 'reject') return 'rejected';
  return answered === 'accept' ? 'good' : 'unknown';
};
