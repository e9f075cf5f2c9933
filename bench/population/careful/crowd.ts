import { dayMs, hourMs, period } from '../calendar.js';
import type { Draft } from '../draft.js';
import { type Article, giftCards, trinkets } from '../goods.js';
import { honestOrder } from '../honest/order.js';
import { makeShopper } from '../people.js';
import type { Story } from '../story.js';

const talkedOf: readonly Article[] = [...trinkets, ...giftCards.slice(0, 1)];

/**
 * Strangers who buy one cheap article within two days, because somebody praised it in public: what
 * tells a run of card testers must not tell them. Most come once, as guests.
 */
export const crowd: Story = (world, random) => {
  const banner = random.pick(['lat', 's5a', 'bay'] as const);
  const article = random.pick(talkedOf);
  const fromMs = period.fromMs + random.next() * (period.toMs - period.fromMs - 2 * dayMs);
  return Array.from({ length: random.whole(10, 60) }, (): Draft => {
    const atMs = Math.floor(fromMs + random.next() * random.next() * 48 * hourMs);
    const customerType = random.chance(0.65) ? 'guest' : 'registered';
    const shopper = makeShopper(world, random, { customerType, firstMs: atMs, banner });
    const order = honestOrder(world, random, { shopper, atMs, story: 'crowd' });
    const lines = [{ article, quantity: 1, shipTo: shopper.home }];
    return {
      ...{ ...order, lines },
      ...(article.isElectronic && { shippingMethod: 'electronic', shippingMinor: 0 }),
    };
  });
};
