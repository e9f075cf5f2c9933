import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SimulatorCall } from '../support/stack.js';
import { createLeakScan } from '../support/leak-scan.js';
import {
  accountId,
  cards,
  longName,
  orderIdOf,
  secrets,
  streetAtTheCut,
  withoutYleo,
} from './diverse-orders.js';
import { ownStore, record, type Recorded, type Recording } from './recording.js';
import { problemsOf, schemaNameFor, schemaNames } from './schemas.js';

type Json = Record<string, unknown>;

let recording: Recording;

beforeAll(async () => {
  recording = await record();
});

const part = (body: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((value, name) => (value as Json | undefined)?.[name], body);

const allCalls = (): SimulatorCall[] => Object.values(recording.calls).flat();

const riskOf = (name: string) => recording.of(name).risks[0];
const customersOf = (name: string) => recording.of(name).customers[0];
const checkOf = (name: string) => recording.of(name).checks[0];
const customerIdOf = (name: string) => part(riskOf(name), 'customerId');
const cardIdOf = (name: string) => part(riskOf(name), 'card', 'id');
const walletIdOf = (name: string) => part(checkOf(name), 'customerData', 'walletId');

/** Names of the orders for which `test` does not hold. */
const failing = (test: (order: Recorded) => boolean): string[] =>
  recording.orders.filter((order) => !test(order)).map((order) => order.name);

/** Every value inside a body that is not an object or a list. */
const leavesOf = (value: unknown): unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : [value];

const firstCharacters = (text: string, count: number): string =>
  Array.from(text).slice(0, count).join('');

describe('every recorded request', () => {
  it('has a documented path and a body as documented', () => {
    const problems = allCalls().flatMap(({ path, body }) => {
      const name = schemaNameFor(path);
      return name === undefined ? [`${path}: no schema`] : problemsOf(name, body);
    });
    expect(problems).toEqual([]);
  });

  it('is a POST that the simulator took', () => {
    const refused = allCalls().filter(({ method, status }) => method !== 'POST' || status !== 200);
    expect(refused.map(({ method, path, status }) => `${method} ${path} ${status}`)).toEqual([]);
  });

  it('is one of a set in which every schema was put to use', () => {
    const used = new Set(allCalls().map(({ path }) => schemaNameFor(path)));
    expect(schemaNames.filter((name) => !used.has(name))).toEqual([]);
  });

  it('belongs to an order that each partner got once', () => {
    expect(failing(({ customers }) => customers.length === 1)).toEqual([]);
    expect(failing(({ risks }) => risks.length === 1)).toEqual([]);
    expect(failing(({ settlements }) => settlements.length === 1)).toEqual([]);
    expect(
      failing(({ name, checks }) => checks.length === (withoutYleo.has(name) ? 0 : 1)),
    ).toEqual([]);
  });
});

describe('what must not leave', () => {
  it('no card number and no CVV, in any form, to anybody', () => {
    const scan = createLeakScan([...Object.values(cards), secrets.cvv]);
    for (const call of allCalls()) scan.add(call.path, JSON.stringify(call));
    expect(scan.leaks()).toEqual([]);
    expect(scan.scannedBytes()).toBeGreaterThan(300_000);
  });

  it('no expiry, cost, margin, sales person or IP address to a partner', () => {
    const forbidden = new RegExp(
      `${secrets.salesRep}|${secrets.ipAddress}|(?<![\\w-])${secrets.expiryDate}(?![\\w-])` +
        `|${secrets.costAmount}|${secrets.marginAmount}`,
    );
    const { sardine, yleo } = recording.calls;
    const leaves = [...sardine, ...yleo].flatMap(({ path, body }) =>
      leavesOf(body).map((leaf) => `${path}: ${String(leaf)}`),
    );
    expect(leaves.filter((leaf) => forbidden.test(leaf))).toEqual([]);
  });

  it('no name, e-mail or street of the shopper with the risk call', () => {
    const personal = /Dana|Whitfield|Bouchard|Ångström|@|Maple Ave|rue |Granville/i;
    expect(failing(({ risks }) => !personal.test(JSON.stringify(risks)))).toEqual([]);
  });

  it('nothing that only an issuer knows', () => {
    const issuerOnly =
      /"(pinCapability|pinEntered|fraudScore|note|accountBalance|balance|isVirtual|purchase\w+)"/;
    expect(failing(({ risks }) => !issuerOnly.test(JSON.stringify(risks)))).toEqual([]);
  });
});

describe('the amounts', () => {
  it('are the authorised amount as a number in major units, with its currency', () => {
    const isRight = ({ posted }: Recorded, body: unknown) =>
      part(body, 'transaction', 'amount') ===
        Number(part(posted, 'creditCard', 'authorizedAmount')) &&
      part(body, 'transaction', 'currencyCode') === String(posted['currencyCode']).toUpperCase();
    expect(failing((order) => isRight(order, order.risks[0]))).toEqual([]);
    expect(failing((order) => isRight(order, order.customers[0]))).toEqual([]);
    expect(part(riskOf('plain'), 'transaction', 'amount')).toBe(180.05);
    expect(part(riskOf('numbers-as-text'), 'transaction', 'amount')).toBe(187.4);
    expect(part(checkOf('numbers-as-text'), 'customerData', 'orderTotal')).toBe(187.45);
  });

  it('count every item', () => {
    expect(part(riskOf('many-items'), 'customNumber', 'itemCount')).toBe(500);
    expect(checkOf('many-items')?.['itemData']).toHaveLength(500);
  });
});

describe('the card', () => {
  it('has one id in the risk call and the customers call', () => {
    const hashOf = (body: unknown) => part(body, 'transaction', 'paymentMethod', 'card', 'hash');
    expect(failing(({ name, customers }) => hashOf(customers[0]) === cardIdOf(name))).toEqual([]);
  });

  it('has one id and one wallet in every order, however its number is written', () => {
    expect(cardIdOf('same-card')).toBe(cardIdOf('plain'));
    expect(walletIdOf('same-card')).toBe(walletIdOf('plain'));
    expect(walletIdOf('guest-lower-case')).toBe(walletIdOf('other-card'));
    expect(cardIdOf('guest-lower-case')).toBe(cardIdOf('other-card'));
  });

  it('shares neither with another card', () => {
    const different = ['plain', 'other-card', 'amex', 'private-label'];
    expect(new Set(different.map(cardIdOf)).size).toBe(different.length);
    expect(new Set(different.map(walletIdOf)).size).toBe(different.length);
  });

  it('shows its network, and first six and last four digits to Sardine alone', () => {
    const networks = ['plain', 'other-card', 'amex', 'private-label'].map((name) =>
      part(riskOf(name), 'card', 'network'),
    );
    expect(networks).toEqual(['visa', 'mastercard', 'american_express', 'other']);
    const shown = part(customersOf('amex'), 'transaction', 'paymentMethod', 'card');
    expect(shown).toMatchObject({ first6: '378282', last4: '0005' });
  });
});

describe('the ids at Sardine', () => {
  it('the session key is the device session when one was given, and one for both calls', () => {
    const given = '5ecf6502-e532-4738-aad5-7ac9701251dd';
    const isRight = ({ name, risks, customers }: Recorded) => {
      const key = part(risks[0], 'sessionKey');
      const isExpected = name === 'few-fields' ? key !== given : key === given;
      return isExpected && key === part(customers[0], 'sessionKey');
    };
    expect(failing(isRight)).toEqual([]);
    expect(part(riskOf('few-fields'), 'sessionKey')).toMatch(/^[\da-f]{8}-[\da-f]{4}-5/);
  });

  it('the customer is the same in both calls', () => {
    expect(
      failing(
        ({ risks, customers }) =>
          part(risks[0], 'customerId') === part(customers[0], 'customer', 'id'),
      ),
    ).toEqual([]);
  });

  it('a customer with an account is known by it, cut to 100 characters', () => {
    expect(customerIdOf('plain')).toBe('A-plain');
    expect(customerIdOf('same-card')).toBe('A-same-card');
    expect(customerIdOf('long-lines')).toBe(firstCharacters(accountId, 100));
  });

  it('a guest is known by a one-way function of the e-mail in lower case', () => {
    expect(customerIdOf('guest-mixed-case')).toMatch(/^guest:[\da-f]{64}$/);
    expect(customerIdOf('guest-lower-case')).toBe(customerIdOf('guest-mixed-case'));
    expect(customerIdOf('guest-other')).not.toBe(customerIdOf('guest-mixed-case'));
    const plainHash = createHash('sha256').update('guest.one@example.com').digest('hex');
    expect(customerIdOf('guest-mixed-case')).not.toBe(`guest:${plainHash}`);
  });

  it('guests without an e-mail are kept apart', () => {
    expect(customerIdOf('guest-no-email')).toMatch(/^guest:/);
    expect(customerIdOf('guest-no-email-amex')).not.toBe(customerIdOf('guest-no-email'));
  });
});

describe('the ids at Yleo', () => {
  it('the session is 32 digits of a hash of the transaction, the reference is the order', () => {
    const sessionIdOf = (transactionId: string) =>
      createHash('sha256').update(transactionId).digest('hex').slice(0, 32);
    const isRight = ({ name, transactionId, checks }: Recorded) =>
      checks.length === 0 ||
      (part(checks[0], 'customerData', 'sessionId') === sessionIdOf(transactionId) &&
        part(checks[0], 'customerData', 'alternateId') === orderIdOf(name));
    expect(failing(isRight)).toEqual([]);
  });

  it('the source is the web or the subscription, and no other order is sent', () => {
    expect(part(checkOf('plain'), 'customerData', 'sourceId')).toBe(71);
    expect(part(checkOf('subscription'), 'customerData', 'sourceId')).toBe(72);
    expect(['store', 'phone'].flatMap((name) => recording.of(name).checks)).toEqual([]);
  });

  it('no text is empty or blank', () => {
    const texts = recording.calls.yleo
      .flatMap(({ body }) => leavesOf(body))
      .filter((leaf) => typeof leaf === 'string');
    expect(texts.filter((text) => text.trim() === '')).toEqual([]);
    expect(part(checkOf('all-fields'), 'customerData', 'shippingPhoneNumber')).toBe(
      '+1 (312) 555-0134',
    );
    expect(part(checkOf('plain'), 'customerData', 'shippingPhoneNumber')).toBe('0123456789');
  });
});

describe('the places', () => {
  it('provinces with French names go out by their codes', () => {
    expect(part(checkOf('montreal'), 'customerData', 'shippingAddress', 'state')).toBe('QC');
    expect(part(checkOf('vancouver'), 'customerData', 'shippingAddress', 'state')).toBe('BC');
    expect(part(customersOf('montreal'), 'customer', 'address', 'regionCode')).toBe('QC');
    expect(part(checkOf('montreal'), 'customerData', 'currencyCode')).toBe('CAD');
    expect(part(riskOf('montreal'), 'transaction', 'foreignTransaction')).toBe(false);
  });

  it('a foreign billing address is sent to both', () => {
    expect(part(riskOf('foreign-billing'), 'transaction', 'foreignTransaction')).toBe(true);
    expect(part(customersOf('foreign-billing'), 'customer', 'address')).toMatchObject({
      countryCode: 'FR',
      regionCode: 'Île-de-France',
    });
    expect(part(checkOf('foreign-billing'), 'customerData')).toMatchObject({
      countryIsoCode2: 'FR',
      shippingAddress: { countryIsoCode2: 'US' },
    });
  });

  it('of several shipments Yleo gets the most valuable one', () => {
    expect(part(checkOf('shipments'), 'customerData')).toMatchObject({
      shippingMethodId: 4,
      shippingAddress: { city: 'Miami', state: 'FL' },
    });
  });

  it("the acceptor's address is our store's, cut to the limits", () => {
    expect(part(riskOf('store'), 'transaction', 'address')).toEqual({
      street1: firstCharacters(ownStore.street, 100),
      city: 'New York',
      regionCode: 'NY',
      postalCode: '10022',
      countryCode: 'US',
    });
    expect(part(riskOf('montreal'), 'transaction', 'address')).toEqual({ countryCode: 'CA' });
  });

  it('long lines are cut between characters at Sardine, and whole at Yleo', () => {
    expect(part(customersOf('long-lines'), 'customer', 'address')).toMatchObject({
      street1: firstCharacters(streetAtTheCut, 100),
      street2: '😀'.repeat(100),
    });
    expect(part(checkOf('long-lines'), 'customerData', 'shippingAddress', 'street1')).toBe(
      streetAtTheCut,
    );
    expect(part(customersOf('long-names'), 'customer', 'firstName')).toBe(longName.trim());
  });
});

describe('the record that OMS gets', () => {
  const recordOf = (name: string) => recording.of(name).settlements[0]?.body;

  it('holds the order as posted, but for the card', () => {
    const { posted } = recording.of('plain');
    expect(part(recordOf('plain'), 'transaction')).toEqual({
      ...posted,
      creditCard: {
        ...(posted['creditCard'] as Json),
        cardNumber: '411111******1111',
        authCode: '',
      },
    });
  });

  it('holds the decision of its own transaction, with the sum of its rules as score', () => {
    const scoreOf = (rulesTripped: string): number =>
      Array.from(rulesTripped.matchAll(/:(-?\d+);/g), ([, score]) => Number(score)).reduce(
        (sum, score) => sum + score,
        0,
      );
    const isRight = ({ transactionId, settlements }: Recorded) => {
      const { decision, transactionId: id } = settlements[0]?.body ?? {};
      return (
        id === transactionId &&
        part(decision, 'transactionId') === transactionId &&
        part(decision, 'totalScore') === scoreOf(String(part(decision, 'rulesTripped')))
      );
    };
    expect(failing(isRight)).toEqual([]);
  });

  it('says accept when it asks to process, and reject when it asks to cancel', () => {
    const isRight = ({ settlements }: Recorded) => {
      const isProcess = settlements[0]?.path.endsWith('/process') === true;
      const code = part(settlements[0]?.body, 'decision', 'recommendationCode');
      return code === (isProcess ? 'accept' : 'reject');
    };
    expect(failing(isRight)).toEqual([]);
    expect(part(recordOf('rejected'), 'decision', 'recommendationCode')).toBe('reject');
    expect(part(recordOf('reviewed'), 'decision')).toMatchObject({
      recommendationCode: 'reject',
      remarks: 'Looked at by a person.',
    });
  });
});
