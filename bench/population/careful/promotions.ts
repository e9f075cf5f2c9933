import type { Random } from '../../../local/demo/random.js';
import { anyInstant, hourMs } from '../calendar.js';
import { makeUuid } from '../chance.js';
import type { Draft } from '../draft.js';
import { makeHouse } from '../fraud/thief.js';
import { pickArticles } from '../goods.js';
import { drawAvs, honestMail, makeName, plain } from '../people.js';
import type { Story } from '../story.js';
import { makeIp, type World } from '../world.js';
import { retype } from './drops.js';

type Mail = (random: Random, number: number) => string;

/** A provider's mailbox in slightly different letters, or one of a machine's. */
const mailboxes = (world: World, random: Random): Mail => {
  const { firstName, lastName } = makeName(random);
  const [first, last] = [plain(firstName), plain(lastName)];
  const varied: Mail = (chance, number) => {
    const joint = chance.pick(['', '.', '_', '-']);
    const local = chance.pick([`${first}${joint}${last}`, `${last}${joint}${first}`]);
    return world.mailbox(`${local}${chance.chance(0.5) ? number : ''}`, 'example.org');
  };
  const made: Mail = (chance) => {
    const { firstName: name, lastName: family } = makeName(chance);
    return honestMail(world, chance, name, family);
  };
  return random.chance(0.5) ? varied : made;
};

/**
 * A household whose every account has another name, card, browser and mailbox, and another way to
 * type its address; days apart, each with the new customers' code.
 */
export const manyNames: Story = (world, random) => {
  const house = makeHouse(random, '', 's5a');
  const mailOf = mailboxes(world, random);
  const banner = random.pick(['lat', 's5a', 'o5a'] as const);
  const [ip, hidesIp] = [makeIp(random), random.chance(0.5)];
  let atMs = anyInstant(random);
  return Array.from({ length: random.whole(6, 14) }, (_, number): Draft => {
    atMs += random.whole(12, 120) * hourMs;
    const { firstName, lastName } = makeName(random);
    const shipTo = { ...retype(random, house), name: `${firstName} ${lastName}` };
    return {
      ...{ atMs, truth: 'promo_abuse', story: 'many names', banner, source: 'web' },
      ...{ orderId: world.nextOrderId(), groupId: '1', storeNumber: 689 },
      customer: {
        ...{ firstName, lastName, customerType: 'registered', accountSinceMs: atMs },
        ...{ accountId: world.nextAccountId(), emailAddress: mailOf(random, number) },
      },
      card: world.press.any(random, atMs),
      ...{ nameOnCard: `${firstName} ${lastName}`, billing: shipTo, avs: drawAvs(random) },
      ...(banner === 'o5a' && { cvv: 'M' }),
      lines: pickArticles(random, banner, 1).map((article) => ({ article, quantity: 1, shipTo })),
      ...{ shippingMethod: 'standard', shippingMinor: 0, authorised: 1, responseCode: 100 },
      promotion: { code: 'WELCOME30', share: 0.3 },
      ...{ ip: hidesIp ? makeIp(random) : ip, device: makeUuid(random) },
    };
  });
};
