import { z } from 'zod';
import { isWholeCurrency } from '../currency.js';
import { type Parsed, parseWire } from '../faults.js';
import { Address, CreditCard } from './credit-card.js';
import {
  choice,
  currency,
  date,
  email,
  filledText,
  flag,
  integer,
  ipAddress,
  money,
  signedMoney,
  text,
  uuid,
} from './primitives.js';

export const banners = ['lat', 's5a', 'o5a', 'bay'] as const;
export type Banner = (typeof banners)[number];

const Item = z
  .object({
    svsNumber: integer(),
    skuNumber: integer(),
    upcNumber: integer().optional(),
    classNumber: integer().optional(),
    color: text.optional(),
    size: text.optional(),
    currentStatus: text,
    department: integer(),
    signOnDelivery: text.optional(),
    giftWrapped: flag.optional(),
    costAmount: signedMoney.optional(),
    marginAmount: signedMoney.optional(),
    description: text,
    price: money,
    extendedPrice: signedMoney,
    quantity: integer(1),
    groupNumber: integer(),
    shippingAddress: Address,
    shippingMethod: text,
    shippingCountry: text,
  })
  .meta({ id: 'Item', description: 'One order line.' });
export type Item = z.output<typeof Item>;

const Promo = z.object({ promotionCode: text, promotionAmount: money }).meta({ id: 'Promo' });

const Customer = z
  .object({
    customerType: choice(['guest', 'registered', 'employee']),
    accountId: text,
    creationDate: date,
    firstName: text,
    lastName: text,
    emailAddress: email,
  })
  .meta({ id: 'Customer' });

/** `cvvResponse` and `shippingPhone` are our optional extensions of the published model. */
const AdditionalData = z
  .object({ inAuthId: uuid, cvvResponse: text.optional(), shippingPhone: text.optional() })
  .meta({ id: 'AdditionalData', description: 'Envelope data: the InAuth device session.' });

/** PostgreSQL's and Temporal's visibility column both end at 255 bytes. */
const workflowIdBytesMax = 255;

/** Workflow id of an order and shipment group: what an operator types to find it. */
export const workflowIdOf = (key: { banner: string; orderId: string; groupId: string }): string =>
  [key.banner, key.orderId, key.groupId].map(encodeURIComponent).join(':');

const digitsOf = (value: string): string => value.replaceAll(/[ -]/g, '');

interface Amounts {
  readonly orderTotal: number;
  readonly shippingCost: number;
  readonly creditCard: { readonly authorizedAmount: number; readonly fullAmount: number };
  readonly promos?: readonly { readonly promotionAmount: number }[] | undefined;
  readonly items: readonly {
    readonly price: number;
    readonly extendedPrice: number;
    readonly costAmount?: number | undefined;
    readonly marginAmount?: number | undefined;
  }[];
}

type Amount = readonly [path: readonly (string | number)[], amount: number | undefined];

const amountsOf = (order: Amounts): Amount[] => [
  [['orderTotal'], order.orderTotal],
  [['shippingCost'], order.shippingCost],
  [['creditCard', 'authorizedAmount'], order.creditCard.authorizedAmount],
  [['creditCard', 'fullAmount'], order.creditCard.fullAmount],
  ...(order.promos ?? []).map(
    ({ promotionAmount }, index): Amount => [['promos', index, 'promotionAmount'], promotionAmount],
  ),
  ...order.items.flatMap((item, index) =>
    (['price', 'extendedPrice', 'costAmount', 'marginAmount'] as const).map(
      (field): Amount => [['items', index, field], item[field]],
    ),
  ),
];

/** Other currencies may have more digits than their coins: unit prices and taxes do. */
const fractionsOf = (order: Amounts & { readonly currencyCode: string }): Amount[] =>
  isWholeCurrency(order.currencyCode)
    ? amountsOf(order).filter(([, amount]) => amount !== undefined && !Number.isInteger(amount))
    : [];

/** The HBC `Transaction`: what OMS posts for an order and shipment group. */
export const Transaction = z
  .object({
    orderId: filledText(64),
    groupId: filledText(64),
    orderTotal: money,
    shippingCost: money,
    currencyCode: currency,
    storeNumber: integer(0),
    salesRep: text.optional(),
    lastModifiedDate: date.optional(),
    banner: choice(banners),
    creditCard: CreditCard,
    promos: z.array(Promo).max(100).optional(),
    items: z.array(Item).min(1).max(500),
    ipAddress: ipAddress.optional(),
    source: filledText(64),
    customer: Customer,
    additionalData: AdditionalData.optional(),
  })
  .superRefine((transaction, context) => {
    const pan = transaction.creditCard.cardNumber;
    const ids = [
      [['orderId'], transaction.orderId],
      [['groupId'], transaction.groupId],
      [['customer', 'accountId'], transaction.customer.accountId],
    ] as const;
    for (const [path, id] of ids) {
      if (digitsOf(id) !== pan) continue;
      context.addIssue({ code: 'custom', path: [...path], message: 'must not be the card number' });
    }
    for (const [path] of fractionsOf(transaction)) {
      const message = 'must be whole: the currency has no fraction';
      context.addIssue({ code: 'custom', path: [...path], message });
    }
    if (/^\.{1,2}$/.test(transaction.orderId)) {
      // No URL can carry these as a segment, so OMS could never be told what to do.
      const message = 'must not be a dot or two';
      context.addIssue({ code: 'custom', path: ['orderId'], message });
    }
    if (Buffer.byteLength(workflowIdOf(transaction)) > workflowIdBytesMax) {
      const message = 'and groupId are too long once URL-encoded';
      context.addIssue({ code: 'custom', path: ['orderId'], message });
    }
  })
  .meta({ id: 'Transaction', description: 'An order and shipment group to decide about.' });

/** A parsed transaction. It still carries the PAN: only `receiveTransaction` may see it. */
export type Transaction = z.output<typeof Transaction>;

/** Parses a posted body; the CVV is dropped, null is absent, unknown fields are dropped. */
export const parseTransaction = (raw: unknown): Parsed<Transaction> => parseWire(Transaction, raw);
