import { z } from 'zod';
import { across } from '../cross-check.js';
import { isWholeCurrency } from '../currency.js';
import { type Parsed, parseWire, parseWireInParts } from '../faults.js';
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
    color: text('variant').optional(),
    size: text('variant').optional(),
    currentStatus: text('code'),
    department: integer(),
    signOnDelivery: text('code').optional(),
    giftWrapped: flag.optional(),
    costAmount: signedMoney.optional(),
    marginAmount: signedMoney.optional(),
    description: text('description'),
    price: money,
    extendedPrice: signedMoney,
    quantity: integer(1),
    groupNumber: integer(),
    shippingAddress: Address,
    shippingMethod: text('code'),
    shippingCountry: text('place'),
  })
  .meta({ id: 'Item', description: 'One order line.' });
export type Item = z.output<typeof Item>;

const Promo = z
  .object({ promotionCode: text('code'), promotionAmount: money })
  .meta({ id: 'Promo' });

const Customer = z
  .object({
    customerType: choice(['guest', 'registered', 'employee']),
    accountId: text('id'),
    creationDate: date,
    firstName: text('personName'),
    lastName: text('personName'),
    emailAddress: email,
  })
  .meta({ id: 'Customer' });

/** `cvvResponse` and `shippingPhone` are Verdict's optional extensions of the published model. */
const AdditionalData = z
  .object({
    inAuthId: uuid,
    cvvResponse: text('code').optional(),
    shippingPhone: text('phone').optional(),
  })
  .meta({ id: 'AdditionalData', description: 'Envelope data: the InAuth device session.' });

/** PostgreSQL and the column of Temporal's visibility store both end at 255 bytes. */
const workflowIdBytesMax = 255;

/** The workflow id of an order and shipment group: operators search for it. */
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

/** Fields bound by the currency's minor unit. Unit prices and taxes may have more digits. */
const fractionsOf = (order: Amounts & { readonly currencyCode: string }): Amount[] =>
  isWholeCurrency(order.currencyCode)
    ? amountsOf(order).filter(([, amount]) => amount !== undefined && !Number.isInteger(amount))
    : [];

/** Lines of one order and shipment group. */
const itemsMax = 500;

/** The HBC `Transaction`: what OMS posts for an order and shipment group. */
export const Transaction = z
  .object({
    orderId: filledText('orderKey'),
    groupId: filledText('orderKey'),
    orderTotal: money,
    shippingCost: money,
    currencyCode: currency,
    storeNumber: integer(0),
    salesRep: text('id').optional(),
    lastModifiedDate: date.optional(),
    banner: choice(banners),
    creditCard: CreditCard,
    promos: z.array(Promo).max(100).optional(),
    items: z.array(Item).min(1).max(itemsMax),
    ipAddress: ipAddress.optional(),
    source: filledText('code'),
    customer: Customer,
    additionalData: AdditionalData.optional(),
  })
  .check(
    across(['creditCard', 'orderId', 'groupId', 'customer'], (transaction, refuseAt) => {
      const pan = transaction.creditCard.cardNumber;
      const ids = [
        [['orderId'], transaction.orderId],
        [['groupId'], transaction.groupId],
        [['customer', 'accountId'], transaction.customer.accountId],
      ] as const;
      for (const [path, id] of ids) {
        if (digitsOf(id) === pan) refuseAt(path, 'must not be the card number');
      }
    }),
    across(
      ['currencyCode', 'orderTotal', 'shippingCost', 'creditCard', 'promos', 'items'],
      (transaction, refuseAt) => {
        for (const [path] of fractionsOf(transaction)) {
          refuseAt(path, 'must be whole: the currency has no fraction');
        }
      },
    ),
    across(['orderId'], ({ orderId }, refuseAt) => {
      // No URL can carry these as a path segment, so Verdict could never call OMS about the order.
      if (/^\.{1,2}$/.test(orderId)) refuseAt(['orderId'], 'must not be a dot or two');
    }),
    across(['banner', 'orderId', 'groupId'], (key, refuseAt) => {
      if (Buffer.byteLength(workflowIdOf(key)) > workflowIdBytesMax) {
        refuseAt(['orderId'], 'and groupId are too long once URL-encoded');
      }
    }),
  )
  .meta({ id: 'Transaction', description: 'An order and shipment group to decide about.' });

/** A parsed transaction. It still carries the PAN: only `receiveTransaction` may see it. */
export type Transaction = z.output<typeof Transaction>;

/** The key of an order and shipment group. */
const OrderKey = z.object({
  banner: Transaction.shape.banner,
  orderId: Transaction.shape.orderId,
  groupId: Transaction.shape.groupId,
});

/** Parses only the key of a posted order; cheap, and ignores faults in all other fields. */
export const parseOrderKey = (raw: unknown): Parsed<z.output<typeof OrderKey>> => {
  const { banner, orderId, groupId } = (raw ?? {}) as Readonly<Record<string, unknown>>;
  return parseWire(OrderKey, { banner, orderId, groupId });
};

const lines = { name: 'items', count: z.array(z.unknown()).max(itemsMax) };

/** Parses a posted body: drops the CVV and unknown fields, reads null as absent. */
export const parseTransaction = (raw: unknown): Parsed<Transaction> =>
  parseWire(Transaction, raw, lines);

/** As `parseTransaction`, yielding after each part of the lines. */
export const parseTransactionInParts = (raw: unknown): Generator<undefined, Parsed<Transaction>> =>
  parseWireInParts(Transaction, raw, lines);
