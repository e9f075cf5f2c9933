import type { Random } from '../../../local/demo/random.js';
import { anyInstant } from '../calendar.js';
import { pickWeighted, type Weighted } from '../chance.js';
import { giftCards, pickArticles } from '../goods.js';
import type { Story } from '../story.js';
import { makeIp, type World } from '../world.js';
import { chargeback, freshMail, steal } from './thief.js';

/** Enumerated numbers come without addresses. */
const avsReplies: Weighted<string> = [
  ['G', 62],
  ['R', 14],
  ['7', 10],
  ['Z', 6],
  ['D', 5],
  ['H', 3],
];

/** A program tries consecutive numbers of one issuer within an hour. */
export const binBurst: Story = (world: World, random: Random) => {
  const count = random.whole(14, 36);
  const banner = random.pick(['lat', 's5a', 'o5a', 'bay'] as const);
  let atMs = anyInstant(random);
  const cards = world.press.run(random, count, atMs);
  const proxies = Array.from({ length: random.whole(3, 8) }, () => makeIp(random));
  const changesIp = random.chance(0.4);
  return cards.map((card) => {
    atMs += random.whole(20, 120) * 1000;
    const isGiftCard = random.chance(0.4);
    const [article] = isGiftCard ? giftCards.slice(1) : pickArticles(random, banner, 1);
    const order = steal(world, random, {
      ...{ pattern: 'bin_burst', atMs, banner, card },
      lines: (shipTo) => (article ? [{ article, quantity: 1, shipTo }] : []),
      avs: pickWeighted(random, avsReplies),
      email: freshMail(world, random, 0.2),
      shipping: isGiftCard ? ['electronic', 0] : ['standard', 995],
      ip: changesIp ? makeIp(random) : random.pick(proxies),
      label: chargeback(random, atMs, 0.5),
    });
    return { ...order, responseCode: random.chance(0.3) ? 530 : 100 };
  });
};
