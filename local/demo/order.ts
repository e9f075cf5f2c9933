import type { Banner } from '../../contracts/hbc/transaction.js';
import type { TestCard } from './cards.js';
import type { Article } from './catalogue.js';
import type { DemoAddress, Shopper } from './people.js';
import type { Random } from './random.js';

/** An order in the terms of its story; `writeOrder` converts it to the contract's form. */
export interface DemoOrder {
  readonly banner: Banner;
  readonly country: 'US' | 'CA';
  readonly currency: 'USD' | 'CAD';
  readonly shopper: Shopper;
  readonly card: TestCard;
  readonly nameOnCard: string;
  readonly shipTo: DemoAddress;
  readonly lines: readonly { readonly article: Article; readonly quantity: number }[];
  readonly giftWrapped: boolean;
  readonly shippingMethod: string;
  readonly shippingMinor: number;
  /** The share of the goods' total that a promotion takes off. */
  readonly promotion: number;
  readonly source: 'web' | 'store';
  readonly customerType: 'guest' | 'registered' | 'employee';
  readonly accountAgeDays: number;
  /** The account and the device session; made up for the order unless given. */
  readonly accountId?: string;
  readonly device?: string;
  readonly phone?: string;
  /** The issuer's reply on the card code: `M` matches, `N` does not. */
  readonly cvvResponse?: string;
  /** Orbital's code: `H` both match, `D` zip differs, `F` zip differs, `G` nothing matches. */
  readonly avsResponse: string;
  /** 100 is approved. */
  readonly responseCode: number;
  readonly mailDomain: string;
  /** Tells the partner simulators what to answer, such as `sardine-high`. */
  readonly emailTag: string;
}

/** Where and when the order is placed. */
export interface Placement {
  readonly orderId: string;
  readonly now: Date;
}

const dayMs = 86_400_000;
const major = (minor: number): number => minor / 100;
const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

const hex = (random: Random, digits: number): string =>
  Array.from({ length: digits }, () => random.whole(0, 15).toString(16)).join('');

/** A device session, as InAuth numbers them. */
export const makeDevice = (random: Random): string =>
  [
    hex(random, 8),
    hex(random, 4),
    `4${hex(random, 3)}`,
    `a${hex(random, 3)}`,
    hex(random, 12),
  ].join('-');

export const makeAccountId = (random: Random): string => `A-${random.whole(100_000, 999_999)}`;

const writeLines = (order: DemoOrder, random: Random) =>
  order.lines.map(({ article, quantity }) => {
    // Shops price at .00 or .50.
    const priceMinor = Math.round(random.whole(article.minMinor, article.maxMinor) / 50) * 50;
    const isElectronic = order.shippingMethod === 'electronic';
    return {
      priceMinor: priceMinor * quantity,
      item: {
        svsNumber: random.whole(40_000_000, 49_999_999),
        skuNumber: random.whole(9_000_000, 9_999_999),
        currentStatus: 'ready',
        department: article.department,
        giftWrapped: order.giftWrapped && !isElectronic,
        costAmount: major(Math.round(priceMinor * quantity * 0.55)),
        marginAmount: major(Math.round(priceMinor * quantity * 0.45)),
        description: article.description,
        price: major(priceMinor),
        extendedPrice: major(priceMinor * quantity),
        quantity,
        groupNumber: 1,
        shippingAddress: order.shipTo,
        shippingMethod: order.shippingMethod,
        shippingCountry: order.shipTo.country,
      },
    };
  });

const writeCard = (order: DemoOrder, random: Random, totalMinor: number, now: Date) => ({
  nameOnCard: order.nameOnCard,
  billingAddress: order.shopper.home,
  ...order.card,
  authorizedAmount: major(totalMinor),
  fullAmount: major(totalMinor),
  expiryDate: `${String(random.whole(1, 12)).padStart(2, '0')}-${(now.getUTCFullYear() + 2) % 100}`,
  authCode: String(random.whole(100, 999)),
  responseCode: order.responseCode,
  registerNumber: order.source === 'store' ? String(random.whole(1, 40)) : '',
  transactionNumber: String(random.whole(1000, 9999)),
  avsResponse: order.avsResponse,
});

const writeCustomer = (order: DemoOrder, random: Random, now: Date) => {
  const { shopper, mailDomain, emailTag } = order;
  const accountId = order.accountId ?? makeAccountId(random);
  return {
    customerType: order.customerType,
    accountId: order.customerType === 'guest' ? '' : accountId,
    creationDate: dayOf(new Date(now.getTime() - order.accountAgeDays * dayMs)),
    firstName: shopper.firstName,
    lastName: shopper.lastName,
    emailAddress: `${shopper.mailbox}${emailTag === '' ? '' : `+${emailTag}`}@${mailDomain}`,
  };
};

/** The body of `POST /transaction`; goods, shipping and promotion add up to its total. */
export const writeOrder = (order: DemoOrder, random: Random, { orderId, now }: Placement) => {
  const lines = writeLines(order, random);
  const goodsMinor = lines.reduce((sum, line) => sum + line.priceMinor, 0);
  const promotionMinor = Math.round(goodsMinor * order.promotion);
  const totalMinor = goodsMinor + order.shippingMinor - promotionMinor;
  const code = `TAKE${Math.round(order.promotion * 100)}`;
  return {
    ...{ orderId, groupId: '1' },
    orderTotal: major(totalMinor),
    shippingCost: major(order.shippingMinor),
    currencyCode: order.currency,
    storeNumber: order.source === 'store' ? random.whole(601, 699) : 689,
    lastModifiedDate: dayOf(now),
    banner: order.banner,
    creditCard: writeCard(order, random, totalMinor, now),
    ...(promotionMinor > 0 && {
      promos: [{ promotionCode: code, promotionAmount: major(promotionMinor) }],
    }),
    items: lines.map(({ item }) => item),
    ipAddress: order.shopper.ipAddress,
    source: order.source,
    customer: writeCustomer(order, random, now),
    additionalData: {
      inAuthId: order.device ?? makeDevice(random),
      ...(order.phone !== undefined && { shippingPhone: order.phone }),
      ...(order.cvvResponse !== undefined && { cvvResponse: order.cvvResponse }),
    },
  };
};

export type OrderBody = ReturnType<typeof writeOrder>;
