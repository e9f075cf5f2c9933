import { describe } from 'vitest';
import { exampleItems } from '../../support/transactions.js';
import { ledger } from './rule-case.js';

type ItemOverrides = Parameters<typeof exampleItems>[number];

const items = (...overrides: ItemOverrides[]) => ({ items: exampleItems(...overrides) });
const highRisk = (lists: object) => ({ highRisk: lists });

const total = (orderTotal: number) => ({
  orderTotal,
  creditCard: { authorizedAmount: orderTotal, fullAmount: orderTotal },
});

describe('goods rules', () => {
  ledger('R23', [
    ['no list', items({ extendedPrice: 900 }), undefined],
    ['just under', items({ extendedPrice: 299.99 }), undefined, highRisk({ classes: [210] })],
    ['at 300, by class', items({ extendedPrice: 300 }), 15, highRisk({ classes: [210] })],
    ['by SKU', items({ extendedPrice: 300 }), 15, highRisk({ skus: [9200411] })],
    ['by UPC', items({ extendedPrice: 300 }), 15, highRisk({ upcs: [190510442178] })],
    ['by department', items({ extendedPrice: 301 }), 15, highRisk({ departments: [114] })],
    [
      'optional numbers missing',
      items({ extendedPrice: 900, upcNumber: undefined, classNumber: undefined }),
      undefined,
      highRisk({ classes: [210], upcs: [190510442178] }),
    ],
    [
      'lines are not summed',
      items({ extendedPrice: 200 }, { extendedPrice: 200 }),
      undefined,
      highRisk({ classes: [210] }),
    ],
  ]);
  ledger('R24', [
    ['four', items({ quantity: 4 }), undefined],
    ['five', items({ quantity: 5 }), 20],
    ['five over two lines', items({ quantity: 2 }, { quantity: 3 }), 20],
    ['five of two articles', items({ quantity: 2 }, { quantity: 3, skuNumber: 1 }), undefined],
    ['two high-risk', items({ quantity: 2 }), undefined, highRisk({ skus: [9200411] })],
    ['three high-risk', items({ quantity: 3 }), 20, highRisk({ skus: [9200411] })],
  ]);

  ledger('R25', [
    ['0', total(0), undefined],
    ['499.99', total(499.99), undefined],
    ['500', total(500), 5],
    ['999.9999', total(999.9999), 5],
    ['1000', total(1000), 10],
    ['2499.99', total(2499.99), 10],
    ['2500', total(2500), 20],
    ['4999.99', total(4999.99), 20],
    ['5000', total(5000), 30],
    ['10^9', total(1_000_000_000), 30],
  ]);

  const promos = (...amounts: number[]) => ({
    ...items({ extendedPrice: 100 }),
    promos: amounts.map((promotionAmount) => ({ promotionCode: 'FALL', promotionAmount })),
  });
  ledger('R41', [
    ['no promotions', { promos: undefined }, undefined],
    ['empty promotions', promos(), undefined],
    ['just under half', promos(49.9999), undefined],
    ['half', promos(50), 10],
    ['half in two', promos(20, 30), 10],
    ['just under all', promos(99.9999), 10],
    ['all', promos(100), 30],
    ['more than all', promos(150), 30],
    ['free goods without promotion', { ...items({ extendedPrice: 0 }), promos: [] }, undefined],
  ]);

  ledger('R42', [
    ['clean', {}, undefined],
    ['margin 0 in sum', items({ marginAmount: 5 }, { marginAmount: -5 }), undefined],
    ['margin just under 0 in sum', items({ marginAmount: 5 }, { marginAmount: -5.0001 }), 10],
    [
      'margin and cost missing',
      items({ marginAmount: undefined, costAmount: undefined }),
      undefined,
    ],
    ['cost equals price', items({ costAmount: 97 }), undefined],
    ['cost over price', items({ costAmount: 97.01 }), 10],
    ['0.02 a piece apart', items({ quantity: 3, extendedPrice: 291.06 }), undefined],
    ['more than 0.02 a piece apart', items({ quantity: 3, extendedPrice: 291.0601 }), 10],
    ['three faults count once', items({ marginAmount: -1, costAmount: 999, price: 1 }), 10],
  ]);
});

const email = (emailAddress: string) => ({ customer: { emailAddress } });

describe('e-mail rules', () => {
  ledger('R29', [
    ['own domain', {}, undefined],
    ['disposable', email('ann@mailinator.com'), 30],
    ['disposable, upper case', email('ann@MAILINATOR.COM'), 30],
    ['subdomain', email('ann@x.mailinator.com'), 30],
    ['a longer name', email('ann@xmailinator.com'), undefined],
    ['a domain of the shipped list', email('ann@guerrillamailblock.com'), 30],
    ['a domain that the settings add', email('ann@mx.tempmail.com'), 30],
    ['a relay', email('ann@duck.com'), undefined],
    ['a relay that the shipped list has', email('ann@opayq.com'), undefined],
    ['blank', email(''), undefined],
    ['spaces', email('  '), undefined],
  ]);
  ledger('R30', [
    ['clean', {}, undefined],
    ['blank', email(''), 10],
    ['spaces', email('  '), 10],
    ['blank at a till', { ...email(''), source: 'store' }, undefined],
    ['blank on the telephone', { ...email(''), source: 'phone' }, undefined],
    ['no vowel, at a till', { ...email('xkcd@example.com'), source: 'store' }, 10],
    ['no vowel', email('xkcd@example.com'), 10],
    ['y is a vowel', email('lynn@example.com'), undefined],
    ['four digits', email('ann1234@example.com'), undefined],
    ['five digits', email('ann12345@example.com'), 10],
    ['five digits, not in a row', email('ann12x345@example.com'), undefined],
    ['three specials', email('a.n-n_e@example.com'), undefined],
    ['four specials', email('a.n-n_e.x@example.com'), 10],
    ['only the part before +', email('ann+x12345.-_!@example.com'), undefined],
    ['nothing before +', email('+ann@example.com'), 10],
  ]);
});

const inStore = (creditCard: object) => ({ source: 'Store', creditCard });
const directory = (...numbers: [string, number][]) => ({
  stores: numbers.map(([banner, number]) => ({ number, banner, country: 'US' })),
});

describe('staff and store rules', () => {
  ledger('R43', [
    ['no sales person', { salesRep: undefined }, undefined],
    ['blank sales person', { salesRep: ' ' }, undefined],
    ['other person', { salesRep: 'John Smith' }, undefined],
    ['same family name', { salesRep: 'John Whitfield' }, undefined],
    ['same name', { salesRep: 'WHITFIELD, DANA', source: 'phone' }, 25],
    ['same name on the web', { salesRep: 'WHITFIELD, DANA', source: ' Web' }, undefined],
    ['initial', { salesRep: 'D Whitfield', source: 'phone' }, 25],
    ['a number', { salesRep: '553201' }, undefined],
  ]);

  ledger('R44', [
    ['web without register', { creditCard: { registerNumber: undefined } }, undefined],
    ['store, complete', inStore({}), undefined],
    ['store without register', inStore({ registerNumber: undefined }), 15],
    ['store, blank register', inStore({ registerNumber: ' ' }), 15],
    ['store without transaction number', inStore({ transactionNumber: '' }), 15],
    ['store of the banner', inStore({}), undefined, directory(['s5a', 689])],
    ['store of another banner', inStore({}), 20, directory(['bay', 689])],
    ['store unknown to the banner', inStore({}), 20, directory(['s5a', 1])],
    ['number of two banners', inStore({}), undefined, directory(['bay', 689], ['s5a', 689])],
    ['directory of others only', inStore({}), undefined, directory(['bay', 1])],
    ['web order', {}, undefined, directory(['bay', 689])],
    ['both count once', inStore({ registerNumber: '' }), 20, directory(['bay', 689])],
  ]);
});
