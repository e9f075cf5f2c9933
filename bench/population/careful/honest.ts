import type { Address } from '../../../contracts/hbc/credit-card.js';
import type { Random } from '../../../local/demo/random.js';
import { makeHouse } from '../fraud/thief.js';
import { live } from '../honest/everyday.js';
import type { Story } from '../story.js';

/** Strangers who share a house: what tells a drop must not tell them. */
const residents =
  (story: string, homeOf: (random: Random, house: Address) => Address): Story =>
  (world, random) => {
    const house = makeHouse(random, '', 's5a');
    return Array.from({ length: random.whole(12, 40) }, () =>
      live(world, random, {
        ...{ story, orders: random.whole(1, 3) },
        wish: {
          customerType: random.chance(0.6) ? 'registered' : 'guest',
          ...{ banner: random.pick(['lat', 's5a', 'o5a'] as const), home: homeOf(random, house) },
        },
      }),
    ).flat();
  };

/** The flats of one block; some leave the flat out. */
export const tower: Story = residents('tower', (random, house) =>
  random.chance(0.1) ? house : { ...house, streetLineTwo: `Apt ${random.whole(1, 200)}` },
);

/** A shop that takes parcels in: the customers live and pay elsewhere. */
export const pickUpPlace: Story = (world, random) => {
  const place = { ...makeHouse(random, '', 's5a'), streetLineTwo: 'Parcel Point' };
  return Array.from({ length: random.whole(15, 30) }, () =>
    live(world, random, {
      ...{ story: 'pick-up place', orders: random.whole(1, 3) },
      wish: {
        customerType: random.chance(0.6) ? 'registered' : 'guest',
        banner: random.pick(['lat', 's5a', 'o5a'] as const),
      },
      change: ({ lines }, chance, shopper) =>
        chance.chance(0.7)
          ? {
              lines: lines.map((line) => {
                return { ...line, shipTo: { ...place, name: shopper.home.name } };
              }),
            }
          : {},
    }),
  ).flat();
};
