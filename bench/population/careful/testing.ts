import type { Random } from '../../../local/demo/random.js';
import { anyInstant, hourMs } from '../calendar.js';
import { pickWeighted, type Weighted } from '../chance.js';
import type { Draft } from '../draft.js';
import { type Article, giftCards, pickArticles, trinkets } from '../goods.js';
import { chargeback, steal } from '../fraud/thief.js';
import { honestMail, makeName } from '../people.js';
import type { Story } from '../story.js';
import type { World } from '../world.js';

/** Numbers bought with the holder's address: most match, at least in part. */
const avsReplies: Weighted<string> = [
  ['H', 50],
  ['Z', 15],
  ['D', 8],
  ['G', 15],
  ['R', 12],
];

/** A try that shares nothing with the one before but what it buys: network and device are new. */
const tryOf = (
  world: World,
  random: Random,
  { atMs, article, ...set }: Pick<Draft, 'atMs' | 'banner' | 'card'> & { article: Article },
): Draft => {
  const { firstName, lastName } = makeName(random);
  return steal(world, random, {
    ...{ ...set, pattern: 'card_testing', atMs, avs: pickWeighted(random, avsReplies) },
    email: honestMail(world, random, firstName, lastName),
    lines: (shipTo) => [{ article, quantity: 1, shipTo }],
    ...(article.isElectronic && { shipping: ['electronic', 0] as const }),
    label: chargeback(random, atMs, 0.4),
  });
};

/** One card about every hour, from a new address and machine each time. */
export const hourlyTester: Story = (world, random) => {
  const banner = random.pick(['lat', 's5a', 'o5a', 'bay'] as const);
  const articles = random.shuffled([...trinkets, ...giftCards.slice(0, 2)]).slice(0, 2);
  let atMs = anyInstant(random);
  return Array.from({ length: random.whole(10, 24) }, () => {
    atMs += random.whole(30, 150) * (hourMs / 60);
    const card = world.press.any(random, atMs);
    const order = tryOf(world, random, { atMs, banner, card, article: random.pick(articles) });
    return { ...order, story: 'hourly tester' };
  });
};

/** Consecutive numbers over one or two days, from a new address and machine each time. */
export const slowBurst: Story = (world, random) => {
  const banner = random.pick(['lat', 's5a', 'o5a', 'bay'] as const);
  let atMs = anyInstant(random);
  return world.press.run(random, random.whole(14, 30), atMs).map((card) => {
    atMs += random.whole(20, 150) * (hourMs / 60);
    const [bought] = random.chance(0.4) ? giftCards.slice(1) : pickArticles(random, banner, 1);
    const article = bought ?? giftCards[0];
    if (article === undefined) throw new RangeError('there are no articles');
    const order = tryOf(world, random, { atMs, banner, card, article });
    return {
      ...order,
      ...{ truth: 'bin_burst', story: 'slow burst', responseCode: random.chance(0.1) ? 530 : 100 },
    };
  });
};
