import { dayMs } from '../../population/calendar.js';
import { articleFrom, giftCard } from '../catalogue.js';
import type { Story } from '../market.js';
import { everydayPieces, order } from '../order.js';
import { makeBuyer } from '../people.js';
import { season, shoppingTime } from '../season.js';
import { heardLater } from './labels.js';
import { loot } from './thief.js';

const truth = 'friendly_fraud';

/** Buys as usual, keeps the goods, and tells the bank that it was somebody else. */
export const denier: Story = (market, random) => {
  const buyer = makeBuyer(market, random);
  const own = Array.from({ length: random.whole(0, 4) }, () =>
    order(market, random, buyer, { atMs: shoppingTime(random), story: 'account_owner' }),
  );
  const denied = Array.from({ length: random.pick([1, 1, 2]) }, () => {
    const atMs = shoppingTime(random, { fromMs: season.fromMs + 10 * dayMs });
    const pieces = random.chance(0.5) ? loot(random, 'hot') : everydayPieces(random, buyer.banner);
    const heard = heardLater(random, atMs, 'denied');
    return order(market, random, buyer, {
      ...{ atMs, truth, story: 'friendly_denier', pieces, ...heard },
    });
  });
  return [...own, ...denied];
};

/** Says that the parcel never came. */
export const missingParcel: Story = (market, random) => {
  const buyer = makeBuyer(market, random, random.chance(0.4) ? { type: 'guest' } : {});
  const atMs = shoppingTime(random);
  const heard = heardLater(random, atMs, 'notArrived');
  return [
    order(market, random, buyer, { atMs, truth, story: 'friendly_missing_parcel', ...heard }),
  ];
};

/** A child with the family's tablet and the card that it remembers. */
export const child: Story = (market, random) => {
  const parent = makeBuyer(market, random);
  const firstMs = shoppingTime(random, { toMs: season.toMs - dayMs });
  const own = Array.from({ length: random.whole(0, 3) }, () =>
    order(market, random, parent, { atMs: shoppingTime(random), story: 'account_owner' }),
  );
  const played = Array.from({ length: random.whole(1, 3) }, (_, index) => {
    const atMs = firstMs + index * random.whole(4, 90) * 60_000;
    const isToy = random.chance(0.5);
    const heard = heardLater(random, atMs, 'denied');
    return order(market, random, parent, {
      ...{ atMs, truth, story: 'friendly_child', device: parent.devices.at(-1) ?? '' },
      pieces: isToy ? [[articleFrom(random, 'toys'), 2]] : [[giftCard(random, 10_000), 1]],
      ...heard,
    });
  });
  return [...own, ...played];
};
