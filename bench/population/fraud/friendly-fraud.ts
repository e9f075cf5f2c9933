import type { Random } from '../../../local/demo/random.js';
import { hourMs } from '../calendar.js';
import type { Draft } from '../draft.js';
import { fenced } from '../goods.js';
import { live } from '../honest/everyday.js';
import type { Story } from '../story.js';
import type { World } from '../world.js';

const dispute = (order: Draft, random: Random): Draft => ({
  ...order,
  ...{ truth: 'friendly_fraud', story: 'friendly fraud' },
  label: { kind: 'chargeback', atMs: order.atMs + random.whole(25 * 24, 60 * 24) * hourMs },
});

/**
 * A customer with own card, address and device later claims that the parcel never arrived. Nothing
 * at the time of the order shows it; only repeat offenders can be detected.
 */
export const friendlyFraud: Story = (world: World, random: Random) => {
  const isHabit = random.chance(0.2);
  const orders = live(world, random, {
    story: 'regular customer',
    orders: random.whole(1, 6),
    wish: { customerType: random.chance(0.8) ? 'registered' : 'guest' },
    change: ({ lines }, chance) =>
      chance.chance(0.5)
        ? {}
        : { lines: lines.slice(0, 1).map((line) => ({ ...line, article: chance.pick(fenced) })) },
  });
  const disputed = random.whole(0, orders.length - 1);
  return orders.map((order, index) =>
    index === disputed || (isHabit && index > disputed) ? dispute(order, random) : order,
  );
};
