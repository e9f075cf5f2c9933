import { dayMs, period } from '../calendar.js';
import type { Draft } from '../draft.js';
import { makeHouse } from '../fraud/thief.js';
import { pickArticles } from '../goods.js';
import { honestOrder } from '../honest/order.js';
import { makeName, makeShopper } from '../people.js';
import type { Story } from '../story.js';

/**
 * Presents of many for a wedding, a birth or a farewell: within three weeks they go to one door,
 * and have the names of those who live there. Half of the senders have ordered before.
 */
export const wedding: Story = (world, random) => {
  const banner = random.pick(['lat', 's5a', 'bay'] as const);
  const [one, other] = [makeName(random), makeName(random)];
  const couple = `${one.firstName} ${one.lastName}`;
  const door = makeHouse(random, couple, banner);
  const names = [couple, couple, `${other.firstName} ${other.lastName}`];
  const fromMs = period.fromMs + random.next() * (period.toMs - period.fromMs - 21 * dayMs);
  return Array.from({ length: random.whole(8, 30) }, (): Draft[] => {
    const atMs = Math.floor(fromMs + random.next() * 21 * dayMs);
    const customerType = random.chance(0.4) ? 'guest' : 'registered';
    const past = Array.from({ length: random.chance(0.5) ? random.whole(1, 4) : 0 }, () =>
      Math.floor(atMs - random.whole(8, 150) * dayMs),
    ).toSorted((earlier, later) => earlier - later);
    const firstMs = past[0] ?? atMs;
    const shopper = makeShopper(world, random, { customerType, firstMs, banner });
    const story = customerType === 'guest' ? 'guest' : 'regular customer';
    const before = past.map((pastMs) =>
      honestOrder(world, random, { shopper, atMs: pastMs, story }),
    );
    const present = honestOrder(world, random, { shopper, atMs, story: 'wedding present' });
    const shipTo = { ...door, name: random.pick(names) };
    const lines = pickArticles(random, banner, random.whole(1, 2)).map((article) => {
      return { article, quantity: 1, shipTo };
    });
    return [...before, { ...present, lines }];
  }).flat();
};
