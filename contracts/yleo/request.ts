import { z } from 'zod';

const filled = z.string().min(1);
const countryIsoCode2 = z.string().regex(/^[A-Z]{2}$/);

/** Yleo's own sample quotes its numbers, so both a number and its text are accepted. */
const numeric = (min: number, max: number) =>
  z
    .union(
      [
        z.number(),
        z
          .string()
          .regex(/^-?\d+(\.\d+)?$/)
          .transform(Number),
      ],
      {
        error: 'expected a number',
      },
    )
    .pipe(z.number().min(min).max(max));

const decimal = numeric(0, Number.MAX_SAFE_INTEGER);
const whole = (min: number, max: number) => numeric(min, max).pipe(z.int());

/** .NET's `int` has 32 bits; of a `long`, JSON carries 2^53-1 without loss. */
const int = whole(0, 2 ** 31 - 1);
const long = whole(0, Number.MAX_SAFE_INTEGER);

/** E.164 allows 15 digits; a longer run in a phone number is something else. */
const phone = filled.refine(
  (text) => text.replaceAll(/\D/g, '').length <= 15,
  'must have at most 15 digits',
);

const CustomerData = z.strictObject({
  currencyCode: z.string().regex(/^[A-Z]{3}$/),
  orderTotal: decimal,
  pointValue: decimal.optional(),
  alternateId: filled,
  /** Kount RIS `SESS`: at most 32 letters and digits. */
  sessionId: z.string().regex(/^[A-Za-z0-9]{1,32}$/),
  isReactivatingOrder: z.boolean(),
  walletId: z.guid(),
  email: z.string().regex(/^[^\s@]+@[^\s@]+$/),
  /** Yleo's documentation names two sources: Skava's website and Skava's subscriptions. */
  sourceId: int.pipe(z.literal([71, 72])),
  shippingPhoneNumber: phone,
  shippingMethodId: long,
  countryIsoCode2,
  shippingAddress: z.strictObject({
    shippingName: filled,
    street1: filled,
    street2: z.string().optional(),
    state: z.string().regex(/^[A-Z]{2}$/),
    postalCode: filled,
    city: filled,
    countryIsoCode2,
  }),
  upline: z.string().optional(),
});

const Item = z.strictObject({
  name: filled,
  itemId: long,
  partNumber: filled,
  price: decimal,
  quantity: int.pipe(z.number().min(1)),
});

/**
 * The body of Yleo's `DetailedFraudCheckRequest`, with names in the case of its table. Required
 * texts are not empty, numbers may be texts, unknown names are rejected.
 */
export const DetailedFraudCheckRequest = z.strictObject({
  customerData: CustomerData,
  itemData: z.array(Item).min(1),
});
export type DetailedFraudCheckRequest = z.output<typeof DetailedFraudCheckRequest>;

/** Every name of the request; Yleo matches them in any letter case. */
export const requestNames: readonly string[] = [
  DetailedFraudCheckRequest,
  CustomerData,
  CustomerData.shape.shippingAddress,
  Item,
].flatMap((model) => Object.keys(model.shape));
