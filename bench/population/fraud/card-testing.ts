import type { Random } from '../../../local/demo/random.js';
import { anyInstant, hourMs } from '../calendar.js';
import { makeUuid, pickWeighted, type Weighted } from '../chance.js';
import { type Article, giftCards, trinkets } from '../goods.js';
import type { Story } from '../story.js';
import { makeIp, type World } from '../world.js';
import { chargeback, freshMail, steal } from './thief.js';

/** Stolen numbers come with a part of the address, or none. */
const avsReplies: Weighted<string> = [
  ['G', 45],
  ['R', 12],
  ['Z', 15],
  ['D', 8],
  ['H', 20],
];

type Try = 'picked up' | 'posted' | 'gift card';

/** Cheap goods; with postage the sum is no longer tiny. */
const tries: Weighted<Try> = [
  ['picked up', 55],
  ['posted', 20],
  ['gift card', 25],
];

/** The cheapest of all, where that makes a difference. */
const wanted: Readonly<Record<Try, readonly Article[]>> = {
  'picked up': trinkets.slice(0, 5),
  posted: trinkets,
  'gift card': giftCards.slice(0, 1),
};

const shippings = {
  'picked up': ['pickup', 0],
  posted: ['standard', 995],
  'gift card': ['electronic', 0],
} as const;

const paceOf = (random: Random, isFast: boolean): number =>
  isFast ? random.whole(20, 240) * 1000 : (random.whole(20, 180) * hourMs) / 60;

const someOf = <T>(random: Random, max: number, make: () => T): readonly T[] =>
  Array.from({ length: random.whole(1, max) }, make);

/**
 * Many cards on few machines, to test whether the numbers work. Most testers take an hour and one
 * or two addresses; four of ten take days and change machines.
 */
export const cardTesting: Story = (world: World, random: Random) => {
  const isFast = random.chance(0.6);
  const ips = someOf(random, isFast ? 2 : 6, () => makeIp(random));
  const devices = someOf(random, isFast ? 3 : 8, () => makeUuid(random));
  const ownMail = random.chance(0.3) ? freshMail(world, random, 0.3) : undefined;
  const banner = random.pick(['lat', 's5a', 'o5a', 'bay'] as const);
  let atMs = anyInstant(random);
  return Array.from({ length: random.whole(8, isFast ? 28 : 18) }, () => {
    atMs += paceOf(random, isFast);
    const form = pickWeighted(random, tries);
    const article = random.pick(wanted[form]);
    const label = chargeback(random, atMs, 0.4);
    const order = steal(world, random, {
      ...{ pattern: 'card_testing', atMs, banner, card: world.press.any(random, atMs) },
      lines: (shipTo) => [{ article, quantity: 1, shipTo }],
      avs: pickWeighted(random, avsReplies),
      email: ownMail ?? freshMail(world, random, 0.25),
      shipping: shippings[form],
      ...{ ip: random.pick(ips), device: random.pick(devices), label },
    });
    // Shops often do not post an order that the processor declined.
    return { ...order, responseCode: random.chance(0.15) ? 530 : 100 };
  });
};
