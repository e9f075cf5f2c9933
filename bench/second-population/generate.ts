import { createRandom, type Random } from '../../local/demo/random.js';
import { fork, pickWeighted } from '../population/chance.js';
import type { Draft } from '../population/draft.js';
import type { PopulationOrder } from '../population/generate.js';
import { orderOf } from '../population/write-order.js';
import { fraudKinds } from './fraud/stories.js';
import { honestKinds } from './honest/stories.js';
import { createMarket, type Market, type Story } from './market.js';
import { season } from './season.js';

const isInSeason = ({ atMs }: Draft): boolean => atMs >= season.fromMs && atMs < season.toMs;
const isMeasured = ({ atMs }: Draft): boolean => atMs >= season.measuredFromMs;

/** Customers or campaigns of one kind, until there are so many measured orders of a truth. */
const peopleUntil = (
  market: Market,
  random: Random,
  next: (random: Random) => Story,
  { wanted, truth }: { readonly wanted: number; readonly truth: Draft['truth'] },
): Draft[] => {
  const drafts: Draft[] = [];
  for (let found = 0; found < wanted; ) {
    const person = next(random)(market, fork(random)).filter(isInSeason);
    found += person.filter((draft) => isMeasured(draft) && draft.truth === truth).length;
    drafts.push(...person);
  }
  return drafts;
};

const draftFraud = (market: Market, random: Random, size: number): Draft[] =>
  fraudKinds.flatMap(({ pattern, share, campaigns }) =>
    peopleUntil(market, fork(random), (use) => pickWeighted(use, campaigns), {
      ...{ wanted: (size * share) / 100, truth: pattern },
    }),
  );

/** `size` is the number of measured orders; those before them come on top. */
const draftOrders = (seed: number, size: number): Draft[] => {
  const random = createRandom(seed);
  const market = createMarket(fork(random), size);
  const fraud = draftFraud(market, fork(random), size);
  // Fraud stories hold the honest orders of the accounts' owners as well.
  const honestSize = size - fraud.filter(isMeasured).length;
  const honest = honestKinds.flatMap(([, story, share]) =>
    peopleUntil(market, fork(random), () => story, {
      ...{ wanted: (honestSize * share) / 100, truth: 'honest' },
    }),
  );
  return [...fraud, ...honest].toSorted((one, other) => one.atMs - other.atMs);
};

/**
 * A second population of made-up orders in order of time: about `size` measured ones, and those of
 * the 90 days before them. Its author knew the contract and the ways of fraud, not the rules. The
 * same seed and size give the same orders on every machine.
 */
export function* generateSecondPopulation(seed: number, size: number): Generator<PopulationOrder> {
  for (const draft of draftOrders(seed, size)) {
    const transaction = orderOf(draft);
    const { banner, orderId, groupId } = transaction;
    yield {
      transactionId: `${banner}:${orderId}:${groupId}`,
      ...{ transaction, receivedAtMs: draft.atMs },
      ...{ truth: draft.truth, story: draft.story, label: draft.label },
      isMeasured: isMeasured(draft),
    };
  }
}
