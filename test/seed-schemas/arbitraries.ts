import * as fc from 'fast-check';
import { withinLimits } from '../support/within-limits.js';

/** Texts that lie around the limits of the documents, and texts that look like something else. */
const oddTexts = [
  '',
  ' ',
  '\u00a0\t\n',
  '"',
  'null',
  '-0',
  'x'.repeat(99) + '😀'.repeat(3),
  'é'.repeat(100),
  'e\u0301'.repeat(60),
  '😀'.repeat(101),
  ' '.repeat(60) + 'x'.repeat(60) + ' '.repeat(60),
  '4111 1111 1111 1111',
  'read out 4111-1111-1111-1111 to us',
  '__proto__',
  'constructor',
];

/** Any text that the edge takes: no NUL and no half of a surrogate pair. */
const anyText = fc.oneof(
  fc.constantFrom(...oddTexts),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 220 }).map((text) => text.replaceAll('\0', '')),
);

/** A key of the order; the edge refuses the card number as one, and dots that no URL can carry. */
const idText = anyText.map((text) => (/\d[\d -]{10,}\d|^\.{1,2}$/.test(text) ? 'A-1' : text));

const filledText = (max: number) =>
  idText.map((text) => text.slice(0, max).toWellFormed()).filter((text) => text.trim() !== '');

const moneyMax = 1_000_000_000;
/** Up to 10^9 with at most 4 fraction digits, as a number or as text. */
const money = fc
  .oneof(
    fc.constantFrom(0, 0.0001, 0.01, 0.1 + 0.7, 999_999_999.9999, moneyMax),
    fc.integer({ min: 0, max: moneyMax * 100 }).map((cents) => cents / 100),
  )
  .map((amount) => Number(amount.toFixed(4)));
const moneyOnTheWire = fc
  .tuple(money, fc.boolean())
  .map(([amount, isText]) => (isText ? amount.toFixed(4) : amount));
const signedMoney = fc
  .tuple(money, fc.boolean())
  .map(([amount, minus]) => (minus ? -amount : amount));

const integer = (min: number, max = Number.MAX_SAFE_INTEGER) =>
  fc.oneof(fc.constantFrom(min, max), fc.integer({ min, max }));
const anyInteger = integer(Number.MIN_SAFE_INTEGER);

const date = fc
  .date({
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9999-12-31T00:00:00Z'),
    noInvalidDate: true,
  })
  .map((day) => day.toISOString().slice(0, 10));

const optional = <T>(given: fc.Arbitrary<T>) => fc.option(given, { freq: 4 });

/** Every required field is there; the others are there, null or absent. */
const model = <R extends object, O extends object>(
  required: { [K in keyof R]: fc.Arbitrary<R[K]> },
  others: { [K in keyof O]: fc.Arbitrary<O[K]> },
) =>
  fc
    .tuple(fc.record(required), fc.record(others, { requiredKeys: [] }))
    .map(([given, more]) => ({ ...more, ...given }));

/** Country and state as shops write them, in most cases a pair that exists. */
const place = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      { country: 'US', state: 'Illinois' },
      { country: 'usa', state: 'ny' },
      { country: 'Canada', state: 'Québec' },
      { country: 'CAN', state: 'Colombie-Britannique' },
      { country: 'Germany', state: 'by' },
      { country: 'France', state: 'Île-de-France' },
      { country: 'United States', state: 'Québec' },
    ),
  },
  { weight: 1, arbitrary: fc.record({ country: anyText, state: anyText }) },
);

const address = fc
  .tuple(
    model(
      { name: anyText, streetLineOne: anyText, city: anyText, zip: anyText },
      { streetLineTwo: optional(anyText) },
    ),
    place,
  )
  .map(([lines, where]) => ({ ...lines, ...where }));

const item = model(
  {
    svsNumber: anyInteger,
    skuNumber: anyInteger,
    currentStatus: anyText,
    department: anyInteger,
    description: anyText,
    price: moneyOnTheWire,
    extendedPrice: signedMoney,
    quantity: fc.oneof({ weight: 9, arbitrary: integer(1, 2 ** 31 - 1) }, integer(1)),
    groupNumber: anyInteger,
    shippingAddress: address,
    shippingMethod: fc.oneof(fc.constantFrom('standard', 'Two-Day', 'Pickup'), anyText),
    shippingCountry: fc.oneof(fc.constantFrom('US', 'CA'), anyText),
  },
  {
    upcNumber: optional(anyInteger),
    classNumber: optional(anyInteger),
    color: optional(anyText),
    size: optional(anyText),
    signOnDelivery: optional(anyText),
    giftWrapped: optional(fc.boolean()),
    costAmount: optional(signedMoney),
    marginAmount: optional(signedMoney),
  },
);

const cardNumbers = [
  '4111111111111111',
  '4111 1111-11111111',
  '5555 5555 5555 4444',
  '3782-822463-10005',
  '6011111111111117',
  '700123456789',
  '6759649826438453123',
];

const creditCard = fc
  .tuple(
    model(
      {
        nameOnCard: anyText,
        billingAddress: address,
        cardType: fc.oneof(fc.constantFrom('Visa', 'MC', 'American Express', 'HBC'), anyText),
        cardNumber: fc.constantFrom(...cardNumbers),
        expiryDate: fc.constantFrom('01-00', '12-99', '08-29'),
        authCode: fc.constantFrom('', '123', '12345678'),
        responseCode: anyInteger,
        transactionNumber: anyText,
        avsResponse: fc.oneof(fc.constantFrom('H', 'A', 'I3', 'Y'), anyText),
      },
      { merchantId: optional(anyInteger), registerNumber: optional(anyText) },
    ),
    fc.tuple(money, money),
  )
  .map(([card, amounts]) => ({
    ...card,
    authorizedAmount: Math.min(...amounts),
    fullAmount: String(Math.max(...amounts)),
  }));

const customer = fc.record({
  customerType: fc.constantFrom('guest', 'registered', 'employee', 'Registered'),
  accountId: idText,
  creationDate: date,
  firstName: anyText,
  lastName: anyText,
  emailAddress: fc.oneof(fc.constantFrom('', ' ', 'Ann@Example.com', 'jörg@exämple.de')),
});

const additionalData = model(
  { inAuthId: fc.uuid() },
  { cvvResponse: optional(anyText), shippingPhone: optional(anyText) },
);

const anyOrder = model(
  {
    orderId: filledText(20),
    groupId: filledText(8),
    orderTotal: moneyOnTheWire,
    shippingCost: moneyOnTheWire,
    currencyCode: fc.constantFrom('USD', 'cad', 'Eur', 'KWD'),
    storeNumber: integer(0),
    banner: fc.constantFrom('lat', 's5a', 'o5a', 'bay', 'BAY'),
    creditCard,
    items: fc.array(item, { minLength: 1, maxLength: 4 }),
    source: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('web', 'Subscription', 'store', ' WEB ') },
      { weight: 1, arbitrary: filledText(64) },
    ),
    customer,
  },
  {
    salesRep: optional(anyText),
    lastModifiedDate: optional(date),
    promos: optional(
      fc.array(fc.record({ promotionCode: anyText, promotionAmount: money }), { maxLength: 3 }),
    ),
    ipAddress: optional(fc.constantFrom('', '73.44.18.201', '2001:db8::1')),
    additionalData: optional(additionalData),
  },
);

/**
 * Orders as OMS may post them: any text in any text field, as long as the edge takes it, numbers at
 * both ends of what it takes, optional fields there, null or absent.
 */
export const postedOrder = anyOrder.map(withinLimits);
