import { exampleBody } from '../support/transactions.js';

type Json = Record<string, unknown>;

/** What no partner may see, in values that occur nowhere else. */
export const secrets = {
  cvv: 'zq7%x2Wv',
  salesRep: 'rep-7761-unseen',
  ipAddress: '198.51.100.77',
  expiryDate: '11-38',
  costAmount: 31.4159,
  marginAmount: 27.1828,
} as const;

/** Digits only, whatever an order puts between them. */
export const cards = {
  visa: '4111111111111111',
  mastercard: '5555555555554444',
  amex: '378282246310005',
  /** No network's range, and no valid check digit. */
  privateLabel: '700198765432',
} as const;

export const accountId = `${'a'.repeat(99)}💳`;
export const streetAtTheCut = `${'x'.repeat(99)}😀 and more of a long name`;
export const longName = 'Zoë Ångström-李小龍 '.repeat(20).slice(0, 150);

const home = {
  name: 'Dana Whitfield',
  streetLineOne: '410 Maple Ave',
  streetLineTwo: 'Apt 3B',
  city: 'Evanston',
  state: 'IL',
  zip: '60202',
  country: 'US',
};
const montreal = {
  name: 'Chloé Bouchard',
  streetLineOne: '1500 rue Sainte-Catherine Ouest',
  city: 'Montréal',
  state: 'Québec',
  zip: 'H3G 1S8',
  country: 'Canada',
};
const vancouver = {
  ...montreal,
  streetLineOne: '674 Granville St',
  city: 'Vancouver',
  state: 'Colombie-Britannique',
  zip: 'V6C 1Z6',
};
const paris = {
  ...montreal,
  streetLineOne: '12 rue de Rivoli',
  city: 'Paris',
  state: 'Île-de-France',
  zip: '75004',
  country: 'France',
};
const miami = {
  ...home,
  streetLineOne: '9 Dock Rd',
  city: 'Miami',
  state: 'Florida',
  zip: '33101',
};

const line = (overrides: Json = {}): Json => ({
  svsNumber: 40112233,
  skuNumber: 9200411,
  upcNumber: 190510442178,
  currentStatus: 'ready',
  department: 114,
  giftWrapped: true,
  costAmount: secrets.costAmount,
  marginAmount: secrets.marginAmount,
  description: 'Wool crewneck sweater',
  price: 97,
  extendedPrice: 97,
  quantity: 1,
  groupNumber: 1,
  shippingAddress: home,
  shippingMethod: 'standard',
  shippingCountry: 'US',
  ...overrides,
});

const optionalOfLine: ReadonlySet<string> = new Set([
  'upcNumber',
  'giftWrapped',
  'costAmount',
  'marginAmount',
]);
const bareLine = Object.fromEntries(
  Object.entries(line()).filter(([name]) => !optionalOfLine.has(name)),
);

const canadian = (address: Json): Json => ({
  banner: 'bay',
  currencyCode: 'cad',
  items: [line({ shippingAddress: address, shippingCountry: 'CA' })],
  creditCard: { billingAddress: address },
});

const guest = (emailAddress: string, more: Json = {}): Json => ({
  customer: { customerType: 'guest', accountId: '', emailAddress, ...more },
});

interface Given extends Json {
  readonly creditCard?: Json;
  readonly customer?: Json;
}

/** Bodies by the name of the order; `undefined` takes a field of the example away. */
const givenOrders: Readonly<Record<string, Given>> = {
  plain: { creditCard: { authorizedAmount: 180.05 } },
  'same-card': {
    creditCard: { cardNumber: '4111 1111-1111 1111', merchantId: undefined },
    customer: { customerType: 'employee' },
  },
  'other-card': { creditCard: { cardNumber: cards.mastercard, cardType: 'MC' } },
  amex: { creditCard: { cardNumber: '3782-822463-10005', cardType: 'American Express' } },
  'private-label': { creditCard: { cardNumber: cards.privateLabel, cardType: 'HBC Card' } },
  'few-fields': {
    salesRep: undefined,
    lastModifiedDate: undefined,
    promos: undefined,
    ipAddress: undefined,
    additionalData: undefined,
    items: [bareLine],
    creditCard: { merchantId: undefined, registerNumber: undefined },
  },
  'all-fields': {
    additionalData: { cvvResponse: 'M', shippingPhone: '+1 (312) 555-0134' },
  },
  'numbers-as-text': {
    orderTotal: '187.4500',
    creditCard: { authorizedAmount: '187.40', fullAmount: '187.45', responseCode: '100' },
  },
  blank: {
    promos: [],
    items: [line({ description: ' ', size: '', color: '' })],
    ipAddress: '',
    creditCard: {
      nameOnCard: '',
      cardType: '',
      avsResponse: '',
      registerNumber: ' ',
      billingAddress: { name: '', streetLineTwo: ' ', city: '', zip: '' },
    },
    customer: { firstName: '', lastName: '  ', emailAddress: '' },
  },
  'blank-shipping': { items: [line({ shippingAddress: { ...home, name: ' ' } })] },
  store: { source: 'store' },
  phone: { source: 'Phone' },
  subscription: { source: 'subscription' },
  'guest-mixed-case': guest('Guest.One@Example.com'),
  'guest-lower-case': {
    ...guest('guest.one@example.com', { accountId: 'A-ignored' }),
    creditCard: { cardNumber: cards.mastercard },
  },
  'guest-other': guest('guest.two@example.com'),
  'guest-no-email': guest(''),
  'guest-no-email-amex': { ...guest(' '), creditCard: { cardNumber: cards.amex } },
  montreal: canadian(montreal),
  vancouver: canadian(vancouver),
  'foreign-billing': { creditCard: { billingAddress: paris } },
  shipments: {
    items: [
      line({ extendedPrice: 50 }),
      line({ shippingAddress: miami, extendedPrice: 40, shippingMethod: 'Overnight' }),
      line({ shippingAddress: miami, extendedPrice: 30 }),
    ],
  },
  'many-items': {
    items: Array.from({ length: 500 }, (_, index) => line({ skuNumber: 9_200_000 + index })),
  },
  'long-names': {
    items: [line({ shippingAddress: { ...home, name: longName }, description: longName })],
    creditCard: { nameOnCard: longName, billingAddress: { name: longName } },
    customer: { firstName: longName, lastName: longName },
  },
  'long-lines': {
    items: [line({ shippingAddress: { ...home, streetLineOne: streetAtTheCut } })],
    creditCard: {
      billingAddress: {
        streetLineOne: streetAtTheCut,
        streetLineTwo: '😀'.repeat(120),
        city: 'Llanfair'.repeat(12),
        state: 'é'.repeat(60),
        zip: '60202-1234-5678-9012',
      },
    },
    customer: { accountId },
  },
  'card-in-text': {
    items: [line({ description: `gift card ${cards.visa}` })],
    creditCard: { nameOnCard: `Dana 4111 1111 1111 1111`, registerNumber: cards.visa },
  },
  rejected: { customer: { emailAddress: 'rejected+sardine-very_high@example.com' } },
  reviewed: { customer: { emailAddress: 'reviewed+yleo-review@example.com' } },
};

/** The orders that no source id of Yleo's, or no full address, fits. */
export const withoutYleo: ReadonlySet<string> = new Set(['store', 'phone', 'blank-shipping']);

/** The order id of the order `name`. */
export const orderIdOf = (name: string): string => `T-${name}`;

/** Postable bodies by name: each with its own account and e-mail, and the secrets in place. */
export const diverseOrders: ReadonlyMap<string, Json> = new Map(
  Object.entries(givenOrders).map(([name, given]) => [
    name,
    exampleBody({
      salesRep: secrets.salesRep,
      ipAddress: secrets.ipAddress,
      items: [line()],
      ...given,
      orderId: orderIdOf(name),
      customer: {
        accountId: `A-${name}`,
        emailAddress: `${name}@example.com`,
        ...given.customer,
      },
      creditCard: {
        expiryDate: secrets.expiryDate,
        authCode: secrets.cvv,
        ...given.creditCard,
      },
    }),
  ]),
);
