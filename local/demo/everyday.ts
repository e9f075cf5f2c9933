import { type Banner, banners } from '../../contracts/hbc/transaction.js';
import { makeTestCard } from './cards.js';
import { pickArticles } from './catalogue.js';
import type { DemoOrder } from './order.js';
import { makeShopper } from './people.js';
import type { Random } from './random.js';

/** The banner's own country and currency, as shipped in `config/verdict.yaml`. */
const homes = {
  lat: { country: 'US', currency: 'USD' },
  s5a: { country: 'US', currency: 'USD' },
  o5a: { country: 'US', currency: 'USD' },
  bay: { country: 'CA', currency: 'CAD' },
} as const satisfies Record<Banner, object>;

/** A regular customer's affordable order in which everything matches. */
export const everyday = (random: Random, banner = random.pick(banners)): DemoOrder => {
  const home = homes[banner];
  const shopper = makeShopper(random, home.country);
  const isExpress = random.chance(0.15);
  return {
    ...{ banner, ...home, shopper },
    card: makeTestCard(random),
    nameOnCard: shopper.home.name,
    shipTo: shopper.home,
    lines: pickArticles(random, banner, random.whole(1, 3)).map((article) => ({
      article,
      quantity: random.chance(0.2) ? 2 : 1,
    })),
    giftWrapped: false,
    shippingMethod: isExpress ? 'express' : 'standard',
    shippingMinor: isExpress ? 1995 : 995,
    promotion: random.chance(0.25) ? 0.1 : 0,
    source: 'web',
    customerType: 'registered',
    accountAgeDays: random.whole(40, 3000),
    avsResponse: 'H',
    responseCode: 100,
    mailDomain: 'example.com',
    emailTag: '',
  };
};
