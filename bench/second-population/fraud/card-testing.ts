import { dayMs, hourMs } from '../../population/calendar.js';
import { makeUuid, pickWeighted } from '../../population/chance.js';
import { giftCard } from '../catalogue.js';
import { guessedCvv, numberOnlyMatch, wholeRecordMatch } from '../issuer.js';
import type { Story } from '../market.js';
import { order } from '../order.js';
import { makeBuyer, pickBanner } from '../people.js';
import { anyTime, season } from '../season.js';
import { heardLater } from './labels.js';
import { coverOf, loot, paced, posing } from './thief.js';

const truth = 'card_testing';
const minuteMs = 60_000;
/** Orbital's declines: no money, general, do not honour, lost, bad expiry. */
const declines = [302, 303, 530, 502, 522];

/** A programme tries one card after the other on small gift cards or candy. */
export const byProgramme: Story = (market, random) => {
  const banner = pickBanner(random);
  const cover = coverOf(market, random, random.chance(0.5) ? 'lazy' : 'careful');
  const buysGiftCards = random.chance(0.5);
  const times = paced(random, anyTime(random), random.whole(4, 8), random.whole(1, 9) * minuteMs);
  return times.map((atMs) => {
    const { holder, card } = posing(market, random, atMs, { banner });
    return order(market, random, holder, {
      ...{ atMs, truth, story: 'testing_by_programme', card, speed: 'ground' },
      ...{ ip: cover.line(random, atMs), device: cover.device() },
      pieces: buysGiftCards ? [[giftCard(random, 5000), 1]] : loot(random, 'cheap'),
      ...{ match: pickWeighted(random, numberOnlyMatch), cvvReplies: guessedCvv },
      ...(random.chance(0.3) && { responseCode: random.pick(declines) }),
      ...heardLater(random, atMs, 'test'),
    });
  });
};

/** A person tries a few bought cards over days, each as another guest with ordinary goods. */
export const byHand: Story = (market, random) => {
  const banner = pickBanner(random);
  const vpn = random.pick(market.vpns);
  let device = makeUuid(random);
  const times = paced(random, anyTime(random, dayMs), random.whole(3, 6), 9 * hourMs);
  return times.map((atMs, index) => {
    const { holder, card } = posing(market, random, atMs, { banner });
    if (index % 2 === 0) device = makeUuid(random);
    return order(market, random, holder, {
      ...{ atMs, truth, story: 'testing_by_hand', card, device },
      ...{ ip: vpn(random, atMs), pieces: loot(random, 'cheap'), speed: 'ground' },
      match: pickWeighted(random, wholeRecordMatch),
      ...heardLater(random, atMs, 'test'),
    });
  });
};

/** Two small orders show that the card is alive; a large one follows within a day or two. */
export const thenBuys: Story = (market, random) => {
  const startMs = anyTime(random, 3 * dayMs);
  const { holder, card } = posing(market, random, startMs, { banner: pickBanner(random) });
  const cover = coverOf(market, random, 'lazy');
  const device = cover.device();
  const match = pickWeighted(random, wholeRecordMatch);
  const times = paced(random, startMs, 3, random.whole(2, 20) * hourMs);
  return times.map((atMs, index) =>
    order(market, random, holder, {
      ...{ atMs, truth, story: 'testing_then_buying', card, device, match },
      ...{ ip: cover.line(random, atMs) },
      pieces: loot(random, index < 2 ? 'cheap' : 'hot'),
      ...heardLater(random, atMs, index < 2 ? 'test' : 'stolenCard'),
    }),
  );
};

/** Buys an old account and adds one stolen card after the other to its wallet. */
export const inOldAccount: Story = (market, random) => {
  const account = makeBuyer(market, random, { cards: 1 });
  const cover = coverOf(market, random, 'lazy');
  const startMs = Math.max(anyTime(random, dayMs), season.fromMs + 30 * dayMs);
  return paced(random, startMs, random.whole(3, 6), 50 * minuteMs).map((atMs) =>
    order(market, random, account, {
      ...{ atMs, truth, story: 'testing_in_old_account', speed: 'ground' },
      ...{ card: market.numbers.press.any(random, atMs), pieces: loot(random, 'cheap') },
      ...{ ip: cover.line(random, atMs), device: cover.device() },
      ...{ match: pickWeighted(random, numberOnlyMatch), cvvReplies: guessedCvv },
      ...heardLater(random, atMs, 'test'),
    }),
  );
};
