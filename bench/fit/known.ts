import type { Outcome } from '../../contracts/hbc/decision.js';
import { endingOf } from '../../domain/fit/use-of-order.js';
import type { Ending } from '../../domain/fit/patterns.js';
import type { PopulationOrder } from '../population/generate.js';

/**
 * What a shop may know of its orders when it fits:
 * - `labels`: chargebacks and reports of fraud that came in, and nothing of orders that were
 *   rejected, by the rules or in review;
 * - `left_out`: the same, but rejected orders without a label do not count at all;
 * - `verdicts`: as `labels`, and reviewers' rejects count as fraud;
 * - `truth`: everything, which no shop knows; the best that these rules can do.
 */
export const ways = ['labels', 'left_out', 'verdicts', 'truth'] as const;
export type Way = (typeof ways)[number];

/** Third-party fraud: a reviewer who looks closely finds it. Friendly fraud looks honest. */
export const isThirdParty = ({ truth }: Pick<PopulationOrder, 'truth'>): boolean =>
  truth !== 'honest' && truth !== 'friendly_fraud';

/**
 * The ending of an order as the shop knows it at the cut (epoch milliseconds), after the answer of
 * the rules in force.
 */
export const knownEnding = (
  order: PopulationOrder,
  answered: Outcome,
  { way, cutMs }: { readonly way: Way; readonly cutMs: number },
): Ending => {
  if (way === 'truth') return order.truth === 'honest' ? 'good' : 'fraud';
  const verdict =
    answered === 'review'
      ? isThirdParty(order)
        ? ('reject' as const)
        : ('accept' as const)
      : null;
  const isLetThrough = answered === 'accept' || verdict === 'accept';
  // The bank charges nothing back that was never sent.
  const isLabelled = order.label !== undefined && order.label.atMs < cutMs;
  const became = isLetThrough && isLabelled ? 'fraud' : 'unlabelled';
  const ending = endingOf({ became, answered, verdict }, way === 'verdicts');
  return way === 'left_out' && ending === 'rejected' ? 'unknown' : ending;
};
