import type { Random } from '../../../local/demo/random.js';
import { dayMs } from '../../population/calendar.js';
import { exponential, pickWeighted, type Weighted } from '../../population/chance.js';
import type { LateLabel } from '../../population/draft.js';

/** When and how a shop hears of it: at least so many days after the order, and on average. */
interface Hearing {
  readonly kind: LateLabel['kind'];
  readonly leastDays: number;
  readonly meanDays: number;
}

const chargeback: Hearing = { kind: 'chargeback', leastDays: 14, meanDays: 38 };
/** Visa's TC40 and Mastercard's SAFE reports come before the chargeback. */
const issuerReport: Hearing = { kind: 'fraud', leastDays: 4, meanDays: 16 };
const victimCalls: Hearing = { kind: 'fraud', leastDays: 1, meanDays: 7 };
const refund: Hearing = { kind: 'refunded_as_fraud', leastDays: 3, meanDays: 15 };
const audit: Hearing = { kind: 'fraud', leastDays: 15, meanDays: 45 };
const dispute: Hearing = { kind: 'dispute', leastDays: 12, meanDays: 40 };

const hearings = {
  stolenCard: [
    [chargeback, 55],
    [issuerReport, 17],
    [refund, 8],
    [undefined, 20],
  ],
  takeover: [
    [victimCalls, 42],
    [chargeback, 33],
    [refund, 10],
    [undefined, 15],
  ],
  /** Nobody bothers about a few dollars on a card that is replaced anyway. */
  test: [
    [issuerReport, 22],
    [chargeback, 18],
    [undefined, 60],
  ],
  /** Seldom found: by somebody who reads the accounts. */
  abuse: [
    [audit, 8],
    [undefined, 92],
  ],
  denied: [
    [chargeback, 85],
    [refund, 15],
  ],
  notArrived: [
    [dispute, 90],
    [undefined, 10],
  ],
} as const satisfies Record<string, Weighted<Hearing | undefined>>;

/** The label that an order of a kind gets later, if it gets any. */
export const heardLater = (
  random: Random,
  atMs: number,
  kind: keyof typeof hearings,
): { readonly label?: LateLabel } => {
  const hearing = pickWeighted<Hearing | undefined>(random, hearings[kind]);
  if (hearing === undefined) return {};
  const more = exponential(random, hearing.meanDays - hearing.leastDays);
  return {
    label: { kind: hearing.kind, atMs: Math.floor(atMs + (hearing.leastDays + more) * dayMs) },
  };
};
