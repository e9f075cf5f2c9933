import { z } from 'zod';

const text = z.string();
const filled = z.string().min(1);
const decimal = z.number();
/** Wider than apibuilder's 32 bits, because a 12-digit UPC or merchant id is a whole number too. */
const integer = z.int();
const day = z.iso.date();

const Address = z.strictObject({
  name: text,
  streetLineOne: text,
  streetLineTwo: text.optional(),
  city: text,
  state: text,
  zip: text,
  country: text,
});

/** PCI DSS 3.5.1: the number masked to first six and last four. */
const maskedCardNumber = filled.refine(
  (value) => !/\d{12,}/.test(value.replaceAll(/[ -]/g, '')),
  'must be masked',
);

const CreditCard = z.strictObject({
  nameOnCard: text,
  billingAddress: Address,
  cardType: text,
  cardNumber: maskedCardNumber,
  authorizedAmount: decimal,
  fullAmount: decimal,
  expiryDate: z.string().regex(/^(0[1-9]|1[0-2])-\d{2}$/),
  /** The CVV: the model requires the field, PCI DSS 3.3.1 requires it to be empty. */
  authCode: z.literal(''),
  responseCode: integer,
  merchantId: integer.optional(),
  registerNumber: text.optional(),
  transactionNumber: text,
  avsResponse: text,
});

const Item = z.strictObject({
  svsNumber: integer,
  skuNumber: integer,
  upcNumber: integer.optional(),
  classNumber: integer.optional(),
  color: text.optional(),
  size: text.optional(),
  currentStatus: text,
  department: integer,
  signOnDelivery: text.optional(),
  giftWrapped: z.boolean().optional(),
  costAmount: decimal.optional(),
  marginAmount: decimal.optional(),
  description: text,
  price: decimal,
  extendedPrice: decimal,
  quantity: integer,
  groupNumber: integer,
  shippingAddress: Address,
  shippingMethod: text,
  shippingCountry: text,
});

const StoredTransaction = z.strictObject({
  orderId: filled,
  groupId: filled,
  orderTotal: decimal,
  shippingCost: decimal,
  currencyCode: z.string().regex(/^[A-Z]{3}$/),
  storeNumber: integer,
  salesRep: text.optional(),
  lastModifiedDate: day.optional(),
  banner: z.enum(['lat', 's5a', 'o5a', 'bay']),
  creditCard: CreditCard,
  promos: z.array(z.strictObject({ promotionCode: text, promotionAmount: decimal })).optional(),
  items: z.array(Item).min(1),
  ipAddress: text.optional(),
  source: filled,
  customer: z.strictObject({
    customerType: z.enum(['guest', 'registered', 'employee']),
    accountId: text,
    creationDate: day,
    firstName: text,
    lastName: text,
    emailAddress: text,
  }),
  /** The last two are Verdict's optional extensions of the published model. */
  additionalData: z
    .strictObject({
      inAuthId: z.guid(),
      cvvResponse: text.optional(),
      shippingPhone: text.optional(),
    })
    .optional(),
});

/**
 * The body of `POST /orders/{orderId}/process|cancel` at OMS: the HBC `DBRecord` with a sanitised
 * card and a final decision. Unknown names and nulls are rejected.
 */
export const SettlementRequest = z
  .strictObject({
    transactionId: filled,
    createdDate: day.optional(),
    lastModifiedDate: day.optional(),
    transaction: StoredTransaction,
    decision: z.strictObject({
      transactionId: filled,
      recommendationCode: z.enum(['accept', 'reject']),
      crossReference: z.guid().optional(),
      rulesTripped: text.optional(),
      totalScore: integer,
      remarks: text.optional(),
    }),
  })
  .refine(({ transactionId, decision }) => decision.transactionId === transactionId, {
    path: ['decision', 'transactionId'],
    message: 'must equal transactionId',
  });
export type SettlementRequest = z.output<typeof SettlementRequest>;
