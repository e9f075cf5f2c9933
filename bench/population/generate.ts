import type { SanitisedTransaction } from '../../domain/transaction.js';
import { createRandom, type Random } from '../../local/demo/random.js';
import { period } from './calendar.js';
import { fork, pickWeighted, type Weighted } from './chance.js';
import type { Draft, LateLabel, Pattern } from './draft.js';
import { accountTakeover } from './fraud/account-takeover.js';
import { binBurst } from './fraud/bin-burst.js';
import { cardTesting } from './fraud/card-testing.js';
import { friendlyFraud } from './fraud/friendly-fraud.js';
import { promoAbuse } from './fraud/promo-abuse.js';
import { reshipper } from './fraud/reshipper.js';
import { honestStories } from './honest/stories.js';
import type { Story } from './story.js';
import { createWorld, type World } from './world.js';
import { orderOf } from './write-order.js';

/** One order of the population, with its ground truth, which no rule sees. */
export interface PopulationOrder {
  readonly transactionId: string;
  readonly transaction: SanitisedTransaction;
  /** As epoch milliseconds. */
  readonly receivedAtMs: number;
  readonly truth: 'honest' | Pattern;
  readonly story: string;
  /** The later label, if any. */
  readonly label: LateLabel | undefined;
  /** False for orders before the measured days, which only fill the history. */
  readonly isMeasured: boolean;
}

/** A fraud story of a pattern, with its share of the fraud in percent. */
export type Campaign = readonly [pattern: Pattern, story: Story, share: number];

/** Who places the orders of a population. */
export interface Mix {
  readonly campaigns: readonly Campaign[];
  readonly honest: Weighted<Story>;
}

/** Three orders in a hundred are fraud; below, each pattern's share of these. */
const fraudShare = 0.03;
const campaigns: readonly Campaign[] = [
  ['card_testing', cardTesting, 24],
  ['account_takeover', accountTakeover, 18],
  ['reshipper', reshipper, 16],
  ['friendly_fraud', friendlyFraud, 14],
  ['promo_abuse', promoAbuse, 16],
  ['bin_burst', binBurst, 12],
];
const usualMix: Mix = { campaigns, honest: honestStories };

const isMeasured = ({ atMs }: Draft): boolean => atMs >= period.measuredFromMs;
const isInPeriod = ({ atMs }: Draft): boolean => atMs >= period.fromMs && atMs < period.toMs;

/** Runs stories until there are as many measured orders of a kind as wanted. */
const draftUntil = (
  [world, random]: readonly [World, Random],
  story: () => Story,
  { wanted, counts }: { wanted: number; counts: (draft: Draft) => boolean },
): Draft[] => {
  const drafts: Draft[] = [];
  for (let found = 0; found < wanted; ) {
    const drafted = story()(world, fork(random)).filter(isInPeriod);
    found += drafted.filter((draft) => isMeasured(draft) && counts(draft)).length;
    drafts.push(...drafted);
  }
  return drafts;
};

/** All orders of a population as drafts, in order of time. */
const draftMix = (mix: Mix, seed: number, size: number): Draft[] => {
  const random = createRandom(seed);
  const world = createWorld(fork(random), size);
  const [honestRandom, fraudRandom] = [fork(random), fork(random)];
  const fraud = mix.campaigns.flatMap(([pattern, story, share]) =>
    draftUntil([world, fraudRandom], () => story, {
      wanted: size * fraudShare * (share / 100),
      counts: ({ truth }) => truth === pattern,
    }),
  );
  // Victims of takeovers and friendly fraudsters also place honest orders.
  const known = fraud.filter((draft) => isMeasured(draft) && draft.truth === 'honest').length;
  const honest = draftUntil([world, honestRandom], () => pickWeighted(honestRandom, mix.honest), {
    wanted: size * (1 - fraudShare) - known,
    counts: () => true,
  });
  return [...fraud, ...honest].toSorted((one, other) => one.atMs - other.atMs);
};

/** As `draftMix`, of the usual mix. */
export const draftPopulation = (seed: number, size: number): Draft[] =>
  draftMix(usualMix, seed, size);

/**
 * A population of made-up orders in order of time: about `size` measured ones and half as many
 * before them. The same mix, seed and size give the same orders on every machine.
 */
export function* generateMix(mix: Mix, seed: number, size: number): Generator<PopulationOrder> {
  for (const draft of draftMix(mix, seed, size)) {
    const transaction = orderOf(draft);
    const { banner, orderId, groupId } = transaction;
    yield {
      transactionId: `${banner}:${orderId}:${groupId}`,
      transaction,
      receivedAtMs: draft.atMs,
      ...{ truth: draft.truth, story: draft.story, label: draft.label },
      isMeasured: isMeasured(draft),
    };
  }
}

/** The usual mix, with the fraud that shops report. */
export const generatePopulation = (seed: number, size: number): Generator<PopulationOrder> =>
  generateMix(usualMix, seed, size);
