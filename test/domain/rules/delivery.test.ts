import { describe } from 'vitest';
import { exampleItems } from '../../support/transactions.js';
import { ledger } from './rule-case.js';

type ItemOverrides = Parameters<typeof exampleItems>[number];

const items = (...overrides: ItemOverrides[]) => ({ items: exampleItems(...overrides) });
const to = (country: string) => ({ shippingCountry: country, shippingAddress: { country } });
const street = (streetLineOne: string) => ({ shippingAddress: { streetLineOne } });
const billedIn = (country: string) => ({ creditCard: { billingAddress: { country } } });

describe('destination rules', () => {
  ledger('R14', [
    ['same country', {}, undefined],
    ['same country, other spelling', items(to('United States'), to('usa')), undefined],
    ['another country', items(to('CA')), 20],
    ['one line of two', items({}, to('Mexico')), 20],
    ['a country that nobody knows', items(to('Atlantis')), 20],
    ['shipping country blank', items(to(' ')), undefined],
    ['country field blank, address abroad', items({ ...to('FR'), shippingCountry: '' }), 20],
    ['billed in the US, shipped to a territory', items(to('Puerto Rico')), undefined],
    ['billed in a territory', billedIn('PRI'), undefined],
    ['a territory of another country', items(to('British Virgin Islands')), 20],
    ['billing country blank', billedIn(''), undefined],
    ['billing country abroad', billedIn('GB'), 20],
  ]);
  ledger('R16', [
    ['home', {}, undefined],
    ['abroad', items(to('CA')), 20],
    ...['PR', 'Puerto Rico, USA', 'USVI', 'GUM', 'American Samoa', 'CNMI'].map(
      (country) => [`home in ${country}`, items(to(country)), undefined] as const,
    ),
    ['bay to a territory of the US', { banner: 'bay', ...items(to('PR')) }, 20],
    ['bay at home in Canada', { banner: 'bay', ...items(to('CAN')) }, undefined],
    ['bay to the US', { banner: 'bay' }, 20],
    ['unknown country', items(to('Atlantis')), 20],
    ['blank country', items(to('')), undefined],
  ]);
  ledger('R17', [
    ['USD at s5a', {}, undefined],
    ['CAD at s5a', { currencyCode: 'CAD' }, 15],
    ['CAD at bay', { banner: 'bay', currencyCode: 'cad' }, undefined],
    ['USD at bay', { banner: 'bay' }, 15],
  ]);
  ledger('R18', [
    ['one address', items({}, {}), undefined],
    ['one address, two spellings', items({}, street('410 MAPLE AVENUE')), undefined],
    ['two addresses', items({}, street('1 Oak St')), 5],
    ['three addresses', items({}, street('1 Oak St'), street('2 Oak St')), 20],
    ['four addresses', items({}, street('1 A'), street('2 A'), street('3 A')), 20],
    ['blank addresses are one', items(street(''), street(' ')), undefined],
  ]);
  ledger('R19', [
    ['a home', {}, undefined],
    ['PO box', items(street('P.O. Box 77')), 5],
    ['freight forwarder', items({ shippingAddress: { name: 'MyUS 4711' } }), 35],
    ['both count once', items(street('PO Box 7'), street('Shipito Whs 5')), 35],
    [
      'the beginning of a surname',
      items({ shippingAddress: { name: 'O. Stackryson' } }),
      undefined,
    ],
    ['the word inside another', items(street('5 Amyus St')), undefined],
    ['a list without words', items(street('Shipito 5')), undefined, { freightForwarders: [] }],
    ['a blank address', items(street(' ')), undefined],
  ]);
  const blank = { streetLineOne: '', streetLineTwo: ' ', city: '', state: '', zip: '' };
  const toNowhere = items({ shippingAddress: blank });
  ledger('R50', [
    ['all there', {}, undefined],
    ['shipped nowhere', toNowhere, 10],
    ['billed nowhere', { creditCard: { billingAddress: blank } }, 10],
    ['a street is enough', items({ shippingAddress: { ...blank, streetLineOne: '1' } }), undefined],
    ['sold in a store', { ...toNowhere, source: 'store' }, undefined],
    ['sent by e-mail', items({ shippingAddress: blank, shippingMethod: 'electronic' }), undefined],
  ]);
});

const customer = (customerType: 'guest' | 'registered', creationDate: string) => ({
  customer: { customerType, creationDate },
});
const overnight = items({ shippingMethod: 'Overnight' });

describe('speed rules', () => {
  ledger('R20', [
    ['expedited for an old account', overnight, undefined],
    ['expedited, 7 days old', { ...overnight, ...customer('registered', '2026-11-14') }, undefined],
    ['expedited, 6 days old', { ...overnight, ...customer('registered', '2026-11-15') }, 15],
    ['expedited for a guest', { ...overnight, ...customer('guest', '2020-01-01') }, 15],
    [
      'expedited for a guest at a till',
      { ...overnight, ...customer('guest', '2020-01-01'), source: 'store' },
      undefined,
    ],
    [
      'expedited at a till, 6 days old',
      { ...overnight, ...customer('registered', '2026-11-15'), source: 'store' },
      undefined,
    ],
    ['standard for a guest', customer('guest', '2020-01-01'), undefined],
    [
      'blank method for a guest',
      { ...items({ shippingMethod: '' }), ...customer('guest', '2020-01-01') },
      undefined,
    ],
  ]);
  ledger('R28', [
    ['7 days old', customer('registered', '2026-11-14'), undefined],
    ['6 days old', customer('registered', '2026-11-15'), 8],
    ['yesterday', customer('registered', '2026-11-20'), 8],
    ['today', customer('registered', '2026-11-21'), 15],
    ['tomorrow', customer('registered', '2026-11-22'), 25],
    ['old guest', customer('guest', '2020-01-01'), 5],
    ['guest of today', customer('guest', '2026-11-21'), 5],
    ['guest of 3 days', customer('guest', '2026-11-18'), 5],
    ['guest of the future', customer('guest', '2027-01-01'), 5],
  ]);
});

const gift = (extendedPrice: number, quantity = 1, more: ItemOverrides = {}) =>
  items({ description: 'Saks Gift Card', extendedPrice, quantity, ...more });
const threeGifts = Array.from({ length: 3 }, () => ({ description: 'egift' }));
const guest = customer('guest', '2020-01-01');

describe('gift card rules', () => {
  ledger('R21', [
    ['none', {}, undefined],
    ['just under 200', gift(199.99), undefined],
    ['200', gift(200), 15],
    ['just under 500', gift(499.99), 15],
    ['500', gift(500), 35],
    ['two small ones', gift(50, 2), undefined],
    ['three small ones', gift(75, 3), 35],
    ['three small ones on three lines', items(...threeGifts), 35],
    ['plural', items({ description: 'GIFT CARDS', extendedPrice: 500 }), 35],
    ['a cardigan', items({ description: 'Gift cardigan', extendedPrice: 900 }), undefined],
    ['blank description', items({ description: '', extendedPrice: 900 }), undefined],
    ['by department', items({ extendedPrice: 200 }), 15, { giftCards: { departments: [114] } }],
    ['by class', items({ extendedPrice: 200 }), 15, { giftCards: { classes: [210] } }],
    ['by SKU', items({ extendedPrice: 200 }), 15, { giftCards: { skus: [9200411] } }],
    [
      'no class number',
      items({ extendedPrice: 200, classNumber: undefined }),
      undefined,
      { giftCards: { classes: [210] } },
    ],
  ]);
  ledger('R22', [
    ['electronic for a guest', { ...gift(25, 1, { shippingMethod: 'E-mail' }), ...guest }, 20],
    ['expedited for a guest', { ...gift(25, 1, { shippingMethod: 'next day' }), ...guest }, 20],
    ['standard for a guest', { ...gift(25), ...guest }, undefined],
    ['electronic for a customer', gift(25, 1, { shippingMethod: 'E-mail' }), undefined],
    ['no gift card', { ...items({ shippingMethod: 'electronic' }), ...guest }, undefined],
  ]);
});
