import { groupBy } from '../../domain/group-by.js';
import type { LocalScore } from '../../domain/votes.js';
import { type Pattern, patterns } from './draft.js';

/** An order of the population with its score, in the fields that the figures need. */
export interface ScoredOrder {
  readonly truth: 'honest' | Pattern;
  readonly story: string;
  readonly totalScore: number;
  /** The banner's review threshold. */
  readonly reviewFrom: number;
  readonly outcome: LocalScore['outcome'];
  readonly hits: readonly {
    readonly id: string;
    readonly name: string;
    readonly points: number;
    readonly isHard: boolean;
  }[];
  readonly errored: readonly string[];
}

/** Orders of one kind; `flagged` is review or reject. Shares are of `orders`, 0 to 1. */
export interface Caught {
  readonly name: string;
  readonly orders: number;
  readonly flagged: number;
  readonly rejected: number;
  readonly flaggedShare: number;
  readonly rejectedShare: number;
}

export interface RuleFigures {
  readonly id: string;
  readonly name: string;
  readonly hits: number;
  readonly fraudHits: number;
  /** Share of its hits that were fraud. */
  readonly precision: number;
  /** Orders flagged only because of this rule; for a trust rule, orders accepted because of it. */
  readonly decidedFraud: number;
  readonly decidedHonest: number;
}

/** How well a rule set separates fraud from honest orders. Shares are 0 to 1. */
export interface Figures {
  readonly orders: number;
  readonly fraud: Caught;
  readonly honest: Caught;
  /** Per fraud pattern; its `flaggedShare` is its recall. */
  readonly patterns: readonly Caught[];
  /** Fraud that the cardholder or the shop suffers from others: all but friendly fraud. */
  readonly thirdParty: Caught;
  /** Per story of fraud, of which a pattern may have several. */
  readonly fraudStories: readonly Caught[];
  /** Per kind of honest customer; its `flaggedShare` is its false-positive rate. */
  readonly stories: readonly Caught[];
  readonly precisionFlagged: number;
  /** As `precisionFlagged`, with a flag on friendly fraud counted as a mistake. */
  readonly precisionThirdParty: number;
  readonly precisionRejected: number;
  /** Share of all orders that go to a reviewer. */
  readonly reviewLoad: number;
  /** Rules that tripped at least once, by id. */
  readonly rules: readonly RuleFigures[];
  /** Orders with an errored rule. */
  readonly errored: number;
}

const shareOf = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

const isFlagged = ({ outcome }: ScoredOrder): boolean => outcome !== 'accept';
const isFraud = ({ truth }: ScoredOrder): boolean => truth !== 'honest';
const isThirdParty = (order: ScoredOrder): boolean =>
  isFraud(order) && order.truth !== 'friendly_fraud';

const caught = (name: string, orders: readonly ScoredOrder[]): Caught => {
  const flagged = orders.filter(isFlagged);
  const rejected = orders.filter(({ outcome }) => outcome === 'reject').length;
  return {
    ...{ name, orders: orders.length, flagged: flagged.length, rejected },
    flaggedShare: shareOf(flagged.length, orders.length),
    rejectedShare: shareOf(rejected, orders.length),
  };
};

/** The most orders first. */
const byStory = (orders: readonly ScoredOrder[]): Caught[] =>
  [...groupBy(orders, ({ story }) => story)]
    .map(([name, some]) => caught(name, some))
    .toSorted((one, other) => other.orders - one.orders);

/** Whether the hit alone changes if the order is flagged. */
const isDecisive = (order: ScoredOrder, id: string): boolean => {
  const others = order.hits.filter((hit) => hit.id !== id);
  const left = others.reduce((sum, { points }) => sum + points, 0);
  const wouldBe =
    left >= order.reviewFrom || order.errored.length > 0 || others.some(({ isHard }) => isHard);
  return isFlagged(order) !== wouldBe;
};

/** A rule with both positive and negative points is reported as two. */
const sideOf = ({ id, points }: { id: string; points: number }): string =>
  points < 0 ? `${id} trust` : id;

const rulesOf = (orders: readonly ScoredOrder[]): RuleFigures[] => {
  const hits = orders.flatMap((order) => order.hits.map((hit) => ({ ...hit, order })));
  return [...groupBy(hits, sideOf)]
    .map(([side, ofRule]): RuleFigures => {
      const fraudHits = ofRule.filter(({ order }) => isFraud(order)).length;
      const decided = ofRule.filter(({ order, id }) => isDecisive(order, id));
      const decidedFraud = decided.filter(({ order }) => isFraud(order)).length;
      return {
        ...{ id: side, name: ofRule[0]?.name ?? '', hits: ofRule.length, fraudHits },
        precision: shareOf(fraudHits, ofRule.length),
        ...{ decidedFraud, decidedHonest: decided.length - decidedFraud },
      };
    })
    .toSorted((one, other) => one.id.localeCompare(other.id));
};

/** Aggregates the measured orders. */
export const figuresOf = (orders: readonly ScoredOrder[]): Figures => {
  const fraud = caught('fraud', orders.filter(isFraud));
  const honest = caught(
    'honest',
    orders.filter((order) => !isFraud(order)),
  );
  const thirdParty = caught('third party', orders.filter(isThirdParty));
  const flagged = fraud.flagged + honest.flagged;
  return {
    ...{ orders: orders.length, fraud, honest, thirdParty },
    patterns: patterns.map((name) =>
      caught(
        name,
        orders.filter(({ truth }) => truth === name),
      ),
    ),
    fraudStories: byStory(orders.filter(isFraud)),
    stories: byStory(orders.filter((order) => !isFraud(order))),
    precisionFlagged: shareOf(fraud.flagged, flagged),
    precisionThirdParty: shareOf(thirdParty.flagged, flagged),
    precisionRejected: shareOf(fraud.rejected, fraud.rejected + honest.rejected),
    reviewLoad: shareOf(orders.filter(({ outcome }) => outcome === 'review').length, orders.length),
    rules: rulesOf(orders),
    errored: orders.filter(({ errored }) => errored.length > 0).length,
  };
};
