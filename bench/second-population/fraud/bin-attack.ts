import type { Random } from '../../../local/demo/random.js';
import { dayMs, hourMs } from '../../population/calendar.js';
import type { PopulationCard } from '../../population/cards.js';
import { makeUuid, pickWeighted } from '../../population/chance.js';
import type { Draft } from '../../population/draft.js';
import { giftCard } from '../catalogue.js';
import { guessedCvv, numberOnlyMatch } from '../issuer.js';
import type { Market, Story } from '../market.js';
import { residentialProxy } from '../networks.js';
import { order, type Visit } from '../order.js';
import { pickBanner } from '../people.js';
import { anyTime } from '../season.js';
import { heardLater } from './labels.js';
import { type Cover, coverOf, loot, paced, posing, type Taste } from './thief.js';

interface Attack {
  readonly story: string;
  readonly cards: number;
  readonly gapMs: number;
  readonly tastes: readonly Taste[];
  readonly cover: Cover;
}

/** Each guessed number that lives has a date of its own. */
const redated = (random: Random, card: PopulationCard): PopulationCard => ({
  ...card,
  expiryDate: `${String(random.whole(1, 12)).padStart(2, '0')}-${random.whole(26, 29)}`,
});

/** Guessed numbers of one issuer. The orders are those that the issuer did not refuse at once. */
const attack = (market: Market, random: Random, plan: Attack): Draft[] => {
  const banner = pickBanner(random);
  const startMs = anyTime(random, Math.min(plan.gapMs * plan.cards, 8 * dayMs));
  // Of a hundred guesses few live, so the numbers have gaps and come in no order.
  const run = market.numbers.press.run(random, plan.cards * 9, startMs);
  const living = random.shuffled(run).slice(0, plan.cards);
  const times = paced(random, startMs, plan.cards, plan.gapMs);
  return living.map((card, index) => {
    const atMs = times[index] ?? startMs;
    const { holder } = posing(market, random, atMs, { banner, card });
    const taste = random.pick(plan.tastes);
    const visit: Visit = {
      ...{ atMs, truth: 'bin_burst', story: plan.story, card: redated(random, card) },
      pieces: taste === 'gift cards' ? [[giftCard(random, 10_000), 1]] : loot(random, taste),
      ...{ ip: plan.cover.line(random, atMs), device: plan.cover.device() },
      ...{ match: pickWeighted(random, numberOnlyMatch), cvvReplies: guessedCvv },
      ...(random.chance(0.2) && { responseCode: random.pick([303, 530, 591]) }),
      ...heardLater(random, atMs, 'test'),
    };
    return order(market, random, holder, visit);
  });
};

/** A dozen within minutes, from one machine or many. */
export const fast: Story = (market, random) =>
  attack(market, random, {
    ...{ story: 'bin_attack_fast', cards: random.whole(6, 12), gapMs: 70_000 },
    ...{ tastes: ['gift cards', 'cheap'] },
    cover: coverOf(market, random, random.chance(0.5) ? 'lazy' : 'careful'),
  });

/** One or two an hour, each from another home. */
export const hourly: Story = (market, random) =>
  attack(market, random, {
    ...{ story: 'bin_attack_hourly', cards: random.whole(4, 8), gapMs: 0.8 * hourMs },
    ...{ tastes: ['gift cards', 'cheap', 'modest'] },
    cover: coverOf(market, random, 'careful'),
  });

/** One or two a day for a week, in baskets like anybody's. */
export const slow: Story = (market, random) =>
  attack(market, random, {
    ...{ story: 'bin_attack_slow', cards: random.whole(4, 7), gapMs: 16 * hourMs },
    ...{ tastes: ['cheap', 'modest', 'hot'] },
    cover: { line: residentialProxy, device: () => makeUuid(random) },
  });
