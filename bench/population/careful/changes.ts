import type { Address } from '../../../contracts/hbc/credit-card.js';
import type { Random } from '../../../local/demo/random.js';
import { period } from '../calendar.js';
import { makeUuid } from '../chance.js';
import type { Draft } from '../draft.js';
import { instantsOf } from '../honest/everyday.js';
import { honestOrder } from '../honest/order.js';
import {
  drawAvs,
  homeCountry,
  makeAddress,
  makeName,
  makeShopper,
  type Shopper,
} from '../people.js';
import type { Story } from '../story.js';
import { makeIp, type World } from '../world.js';

/** The orders of a customer from the change on, made of what they would have been without it. */
type Changed = (order: Draft, random: Random) => Draft;

interface Change {
  readonly story: string;
  /** The share of customers whom nobody knows from before. */
  readonly newcomers?: number;
  readonly start: (
    world: World,
    random: Random,
    shopper: Shopper,
  ) => readonly [after: Shopper, changed: Changed];
}

/** A customer who after some orders, or from the first one on, does one thing differently. */
const changing =
  ({ story, newcomers = 0, start }: Change): Story =>
  (world, random) => {
    const isNewcomer = random.chance(newcomers);
    const instants = instantsOf(random, isNewcomer ? random.whole(1, 2) : random.whole(3, 9));
    const [firstMs = 0] = instants;
    const customerType = isNewcomer && random.chance(0.4) ? 'guest' : 'registered';
    const before = makeShopper(world, random, { customerType, firstMs });
    const [after, changed] = start(world, random, before);
    const from = isNewcomer ? 0 : random.whole(2, instants.length - 1);
    return instants.map((atMs, number) =>
      number < from
        ? honestOrder(world, random, { shopper: before, atMs, story: 'regular customer' })
        : changed(honestOrder(world, random, { shopper: after, atMs, story }), random),
    );
  };

const toAll = (order: Draft, change: Partial<Address>): Draft['lines'] =>
  order.lines.map((line) => ({ ...line, shipTo: { ...line.shipTo, ...change } }));

/**
 * Another home and network, and for some a new telephone with the new contract. Half of them tell
 * their bank at once; of the others the old address stays on the bill.
 */
export const mover: Story = changing({
  story: 'mover',
  start: (_world, random, shopper) => {
    const { home: oldHome } = shopper;
    const home = makeAddress(random, oldHome.name, homeCountry(shopper.banner));
    const device = random.chance(0.25) ? makeUuid(random) : shopper.device;
    const billing = random.chance(0.5) ? home : oldHome;
    const after = { ...shopper, home, device, ip: makeIp(random), avs: drawAvs(random) };
    return [after, (order) => ({ ...order, billing })];
  },
});

/**
 * From now on a partner, a parent or the employer pays for some orders, each with an own bill. One
 * in four has just moved in, and has parcels of the own name.
 */
export const otherPayer: Story = changing({
  story: 'other payer',
  start: (world, random, shopper) => {
    const { firstName, lastName } = makeName(random);
    const name = `${firstName} ${random.chance(0.5) ? shopper.customer.lastName : lastName}`;
    const billing = makeAddress(random, name, homeCountry(shopper.banner));
    const card = world.press.any(random, period.measuredFromMs);
    const paid = { card, billing, nameOnCard: name, avs: drawAvs(random) };
    const receives = random.chance(0.25);
    const pay = (order: Draft): Draft => ({
      ...{ ...order, ...paid },
      ...(receives && { lines: toAll(order, { name }) }),
    });
    return [shopper, (order, chance) => (chance.chance(0.6) ? pay(order) : order)];
  },
});

/** An office, a dormitory or a holiday home, under the customer's own name. */
export const secondPlace: Story = changing({
  story: 'second place',
  newcomers: 0.8,
  start: (_world, random, shopper) => {
    const shipTo = makeAddress(random, shopper.nameOnCard, homeCountry(shopper.banner));
    return [
      shopper,
      (order, chance) => (chance.chance(0.6) ? { ...order, lines: toAll(order, shipTo) } : order),
    ];
  },
});
