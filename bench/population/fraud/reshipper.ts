import type { Address } from '../../../contracts/hbc/credit-card.js';
import type { Random } from '../../../local/demo/random.js';
import { anyInstant, dayMs, hourMs } from '../calendar.js';
import { makeUuid, pickWeighted, type Weighted } from '../chance.js';
import type { Draft } from '../draft.js';
import { fenced } from '../goods.js';
import { makeName } from '../people.js';
import type { Story } from '../story.js';
import type { World } from '../world.js';
import { chargeback, freshMail, makeHouse, steal } from './thief.js';

/** Cards bought with the full address match; others only in part. */
const avsReplies: Weighted<string> = [
  ['H', 52],
  ['Z', 14],
  ['D', 10],
  ['G', 14],
  ['R', 10],
];

/** A third goes to a freight forwarder; half of these are on the shipped list. */
const makeDrop = (random: Random): Address => {
  const { firstName, lastName } = makeName(random);
  const house = makeHouse(random, `${firstName} ${lastName}`, 's5a');
  const roll = random.next();
  if (roll < 0.18) return { ...house, streetLineTwo: `MyUS Suite ${random.whole(100, 999)}` };
  if (roll < 0.35) return { ...house, streetLineTwo: `Cargo Bay ${random.whole(100, 999)}` };
  return house;
};

const asAccount = (world: World, order: Draft, sinceMs: number): Draft => ({
  ...order,
  customer: {
    ...order.customer,
    ...{ customerType: 'registered', accountId: world.nextAccountId(), accountSinceMs: sinceMs },
  },
});

/**
 * Different stolen cards buy goods that are easy to resell; for a few weeks all parcels go to one
 * drop. Half of the parcels have the cardholder's name, the others that of the resident.
 */
export const reshipper: Story = (world: World, random: Random) => {
  const drop = makeDrop(random);
  const ownDevice = random.chance(0.3) ? makeUuid(random) : undefined;
  const usesAccounts = random.chance(0.35);
  let atMs = anyInstant(random);
  return Array.from({ length: random.whole(5, 13) }, () => {
    atMs += random.whole(4, 60) * hourMs;
    const articles = random.shuffled(fenced).slice(0, random.whole(1, 2));
    const order = steal(world, random, {
      ...{ pattern: 'reshipper', atMs, banner: random.pick(['lat', 's5a', 's5a', 'o5a'] as const) },
      card: world.press.any(random, atMs),
      lines: (shipTo) => articles.map((article) => ({ article, quantity: 1, shipTo })),
      avs: pickWeighted(random, avsReplies),
      email: freshMail(world, random, 0.08),
      shipTo: drop,
      shipping: random.chance(0.5) ? ['express', 1995] : ['standard', 0],
      ...(ownDevice !== undefined && { device: ownDevice }),
      label: chargeback(random, atMs, 0.85),
    });
    const shipTo = { ...drop, name: random.chance(0.5) ? drop.name : order.nameOnCard };
    const shipped = { ...order, lines: order.lines.map((line) => ({ ...line, shipTo })) };
    const sinceMs = atMs - random.whole(0, 12) * dayMs;
    return usesAccounts ? asAccount(world, shipped, sinceMs) : shipped;
  });
};
