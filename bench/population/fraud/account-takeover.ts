import type { Random } from '../../../local/demo/random.js';
import { hourMs } from '../calendar.js';
import { makeUuid } from '../chance.js';
import type { Draft } from '../draft.js';
import { fenced, giftCards } from '../goods.js';
import { live } from '../honest/everyday.js';
import { makeName } from '../people.js';
import type { Story } from '../story.js';
import { makeIp, type World } from '../world.js';
import { chargeback, freshMail, makeHouse } from './thief.js';

/** Uses the account with its stored card or another stolen one, and with a new e-mail address. */
const takeOver = (world: World, random: Random, last: Draft) => {
  const { firstName, lastName } = makeName(random);
  const shipTo = makeHouse(random, `${firstName} ${lastName}`, last.banner);
  const [device, ip] = [makeUuid(random), makeIp(random)];
  const newMail = random.chance(0.35) ? freshMail(world, random, 0.1) : undefined;
  const newCard = random.chance(0.3);
  return (atMs: number): Draft => {
    const { promotion: _promotion, label: _label, ...order } = last;
    const isGiftCard = random.chance(0.25);
    const article = random.pick(isGiftCard ? giftCards.slice(3) : fenced);
    const label = chargeback(random, atMs, 0.85);
    return {
      ...order,
      ...{ atMs, truth: 'account_takeover', story: 'account takeover' },
      ...{ orderId: world.nextOrderId(), groupId: '1', source: 'web', storeNumber: 689 },
      customer: { ...last.customer, ...(newMail !== undefined && { emailAddress: newMail }) },
      ...(newCard && { card: world.press.any(random, atMs), avs: random.pick(['G', 'Z', 'R']) }),
      ...{ responseCode: 100, authorised: 1, ip, device },
      lines: [{ article, quantity: isGiftCard ? random.whole(1, 4) : 1, shipTo }],
      shippingMethod: random.chance(0.7) ? 'overnight' : 'standard',
      shippingMinor: 2995,
      ...(label && { label }),
    };
  };
};

/**
 * A regular customer's password is stolen. Earlier orders are the customer's own. Then one to three
 * orders follow within an afternoon, for a place and from a device that are new to the account.
 */
export const accountTakeover: Story = (world: World, random: Random) => {
  const before = live(world, random, {
    story: 'regular customer',
    orders: random.whole(3, 7),
    wish: { customerType: 'registered' },
  });
  const kept = before.slice(0, random.whole(2, before.length));
  const last = kept.at(-1);
  if (last === undefined) return [];
  const steal = takeOver(world, random, last);
  let atMs = last.atMs + random.whole(20, 30 * 24) * hourMs;
  return [
    ...kept,
    ...Array.from({ length: random.whole(1, 3) }, () => {
      atMs += random.whole(10, 240) * (hourMs / 60);
      return steal(atMs);
    }),
  ];
};
