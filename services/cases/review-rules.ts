import type { Banner } from '../../contracts/hbc/transaction.js';
import type { ReasonCode, Settings } from '../../contracts/settings.js';
import type { CaseWorkRow } from '../../db/case-work.js';

/** How reviewers decide the orders of one banner. */
export interface ReviewRules {
  /** Order totals above this need a second person; null when none does. */
  readonly fourEyesAbove: number | null;
  readonly acceptReasons: readonly ReasonCode[];
  readonly rejectReasons: readonly ReasonCode[];
  readonly checklist: readonly string[];
}

/** The rules of a banner; what it does not set is as for all. */
export const reviewRulesOf = (
  { review }: Pick<Settings, 'review'>,
  banner: Banner,
): ReviewRules => {
  const { banners, ...common } = review;
  const own = banners[banner] ?? {};
  return {
    fourEyesAbove: own.fourEyesAbove === undefined ? common.fourEyesAbove : own.fourEyesAbove,
    acceptReasons: own.acceptReasons ?? common.acceptReasons,
    rejectReasons: own.rejectReasons ?? common.rejectReasons,
    checklist: own.checklist ?? common.checklist,
  };
};

/** The reasons for an outcome at a banner. */
export const reasonsFor = (
  rules: ReviewRules,
  outcome: 'accept' | 'reject',
): readonly ReasonCode[] => (outcome === 'accept' ? rules.acceptReasons : rules.rejectReasons);

/**
 * Whether an order needs a second person. An unknown amount does, and so does another currency,
 * because nothing says how much it is.
 */
export const needsSecond = (
  settings: Pick<Settings, 'review' | 'banners'>,
  { banner, amount, currency }: Pick<CaseWorkRow, 'banner' | 'amount' | 'currency'>,
): boolean => {
  const { fourEyesAbove } = reviewRulesOf(settings, banner);
  if (fourEyesAbove === null) return false;
  const isComparable = amount !== null && currency === settings.banners[banner].currency;
  return !isComparable || amount > fourEyesAbove;
};
