import type { Address } from '../../../contracts/hbc/credit-card.js';
import type { Random } from '../../../local/demo/random.js';
import { dayMs, hourMs, period } from '../calendar.js';
import { makeUuid } from '../chance.js';
import type { Draft } from '../draft.js';
import { chargeback, makeHouse } from '../fraud/thief.js';
import { type Article, fenced, pickArticles } from '../goods.js';
import { instantsOf, live } from '../honest/everyday.js';
import { honestOrder } from '../honest/order.js';
import { makeName, makeShopper } from '../people.js';
import type { Story } from '../story.js';
import { makeIp, type World } from '../world.js';

interface Theft {
  readonly atMs: number;
  readonly story: string;
  readonly article: Article;
  readonly shipTo: Address;
  readonly ip: string;
  readonly device: string;
}

/** An order in the customer's account with the card that it keeps. */
const stealIn = (world: World, random: Random, last: Draft, theft: Theft): Draft => {
  const { promotion: _promotion, label: _label, ...order } = last;
  const { article, shipTo, ...set } = theft;
  const label = chargeback(random, theft.atMs, 0.85);
  return {
    ...order,
    ...{ ...set, truth: 'account_takeover', source: 'web', storeNumber: 689 },
    ...{ orderId: world.nextOrderId(), groupId: '1', responseCode: 100, authorised: 1 },
    lines: [{ article, quantity: 1, shipTo }],
    ...{ shippingMethod: 'standard', shippingMinor: 995 },
    ...(label && { label }),
  };
};

const dropOf = (random: Random, last: Draft): Address => {
  const { firstName, lastName } = makeName(random);
  const name = random.chance(0.5) ? last.nameOnCard : `${firstName} ${lastName}`;
  return makeHouse(random, name, last.banner);
};

const victimOf = (world: World, random: Random): Draft[] => {
  const orders = live(world, random, {
    story: 'regular customer',
    orders: random.whole(3, 7),
    wish: { customerType: 'registered' },
  });
  return orders.slice(0, random.whole(2, orders.length));
};

/**
 * First a cheap order, to the customer's home or to the drop. One to four weeks later, when machine
 * and network are no longer new, the dear ones.
 */
export const slowTakeover: Story = (world, random) => {
  const kept = victimOf(world, random);
  const last = kept.at(-1);
  if (last === undefined) return [];
  const own = { story: 'slow takeover', ip: makeIp(random), device: makeUuid(random) };
  const drop = dropOf(random, last);
  let atMs = last.atMs + random.whole(2, 30) * dayMs;
  const [cheap] = pickArticles(random, last.banner, 1);
  const isForHome = random.chance(0.5);
  const shipTo = isForHome ? last.billing : drop;
  const opened = cheap
    ? [stealIn(world, random, last, { ...own, atMs, article: cheap, shipTo })]
    : [];
  // Nobody loses what goes to the customer's home, and nothing shows it.
  const first = opened.map((order): Draft => (isForHome ? { ...order, truth: 'honest' } : order));
  atMs += random.whole(8, 25) * dayMs;
  const dear = Array.from({ length: random.whole(1, 3) }, () => {
    atMs += random.whole(2, 60) * hourMs;
    const article = random.pick(fenced);
    return stealIn(world, random, last, { ...own, atMs, article, shipTo: drop });
  });
  return [...kept, ...first, ...dear];
};

/** From the customer's own network, or through one that strangers share; nothing dear. */
export const nearTakeover: Story = (world, random) => {
  const kept = victimOf(world, random);
  const last = kept.at(-1);
  if (last === undefined) return [];
  const home = kept.find(({ ip }) => ip !== undefined)?.ip ?? makeIp(random);
  const own = {
    ...{ story: 'near takeover', device: makeUuid(random), shipTo: dropOf(random, last) },
    ip: random.chance(0.5) ? home : random.pick(world.sharedIps),
  };
  let atMs = last.atMs + random.whole(2, 30) * dayMs;
  return [
    ...kept,
    ...Array.from({ length: random.whole(1, 2) }, () => {
      atMs += random.whole(5, 80) * hourMs;
      const [everyday] = pickArticles(random, last.banner, 1);
      const article = random.chance(0.5) && everyday ? everyday : random.pick(fenced);
      return stealIn(world, random, last, { ...own, atMs, article });
    }),
  ];
};

/** An account of years without an order of the last half year. */
export const dormantTakeover: Story = (world, random) => {
  const [atMs = period.measuredFromMs] = instantsOf(random, 1);
  const wish = {
    customerType: 'registered',
    firstMs: atMs - random.whole(300, 2000) * dayMs,
  } as const;
  const shopper = makeShopper(world, random, wish);
  const last = honestOrder(world, random, { shopper, atMs, story: '' });
  const own = { story: 'dormant takeover', ip: makeIp(random), device: makeUuid(random) };
  const shipTo = dropOf(random, last);
  return Array.from({ length: random.whole(1, 3) }, (_, number) =>
    stealIn(world, random, last, {
      ...{ ...own, shipTo, article: random.pick(fenced) },
      atMs: atMs + number * random.whole(3, 70) * hourMs,
    }),
  );
};
