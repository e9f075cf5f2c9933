import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineFields, orderFields } from '../../contracts/custom/fields.js';
import { renderBody } from '../../partners/custom/render.js';
import { toCustomerRequest } from '../../partners/sardine/customer-request.js';
import { sardineIdsOf } from '../../partners/sardine/ids.js';
import { toRiskRequest } from '../../partners/sardine/risk-request.js';
import { toYleoRequest } from '../../partners/yleo/request.js';
import { contextWith, home, item, settingsWith, transactionWith } from './fixture.js';

const settings = settingsWith();

/** What must not leave, in values that occur nowhere else. */
const secrets = {
  pan: '5555555555554444',
  cvv: 'cvv-9173',
  costAmount: 31.4159,
  marginAmount: 27.1828,
  salesRep: 'rep-7761',
  ipAddress: '198.51.100.77',
  expiryDate: '11-38',
};

const text = fc.oneof(
  fc.constantFrom('', ' ', 'x'.repeat(300), '😀'.repeat(130)),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
);
const country = fc.constantFrom('US', 'CAN', 'Canada', 'France', '', 'Atlantis');
const state = fc.constantFrom('IL', 'Québec', 'ny', '', 'Bavaria', 'BE');

const address = fc.record({
  name: text,
  streetLineOne: text,
  streetLineTwo: text,
  city: text,
  state,
  zip: text,
  country,
});

const line = fc.record({
  description: text,
  upcNumber: fc.constantFrom(null, 190510442178),
  extendedPrice: fc.constantFrom(0, 9.99, -5),
  giftWrapped: fc.constantFrom(null, true, false),
  shippingAddress: fc.oneof(address, fc.constant(home)),
  shippingMethod: text,
  shippingCountry: country,
});

const order = fc.record({
  source: fc.constantFrom('web', 'store', 'phone', 'subscription'),
  banner: fc.constantFrom('lat', 's5a', 'o5a', 'bay'),
  billingAddress: address,
  lines: fc.array(line, { minLength: 1, maxLength: 4 }),
  customerType: fc.constantFrom('guest', 'registered', 'employee'),
  accountId: fc.constantFrom('', 'A-1', 'a'.repeat(200)),
  emailAddress: fc.constantFrom('', 'Ann@Example.com'),
  names: fc.tuple(text, text),
  avsResponse: text,
  cardType: text,
  registerNumber: fc.oneof(text, fc.constant(null)),
  merchantId: fc.constantFrom(null, 526567789012),
  shippingPhone: fc.constantFrom(null, '', '3125550134'),
});

type Order = typeof order extends fc.Arbitrary<infer T> ? T : never;

const transactionOf = (given: Order) =>
  transactionWith({
    order: {
      source: given.source,
      banner: given.banner,
      salesRep: secrets.salesRep,
      ipAddress: secrets.ipAddress,
      items: given.lines.map((changes) => ({
        ...item,
        costAmount: secrets.costAmount,
        marginAmount: secrets.marginAmount,
        ...changes,
      })),
      additionalData: {
        inAuthId: '5ecf6502-e532-4738-aad5-7ac9701251dd',
        shippingPhone: given.shippingPhone,
      },
    },
    creditCard: {
      billingAddress: given.billingAddress,
      avsResponse: given.avsResponse,
      cardType: given.cardType,
      registerNumber: given.registerNumber,
      merchantId: given.merchantId,
      expiryDate: secrets.expiryDate,
      cardNumber: secrets.pan,
      authCode: secrets.cvv,
    },
    customer: {
      customerType: given.customerType,
      accountId: given.accountId,
      emailAddress: given.emailAddress,
      firstName: given.names[0],
      lastName: given.names[1],
    },
  });

const requestsFor = (given: Order) => {
  const transaction = transactionOf(given);
  const context = contextWith();
  const ids = sardineIdsOf(transaction, context.transactionId, (email) => `hmac-${email.length}`);
  return {
    customer: toCustomerRequest(transaction, { ...context, ids }),
    risk: toRiskRequest(transaction, { ...context, ids, settings }),
    yleo: toYleoRequest(transaction, { ...context, settings }),
  };
};

const leavesOf = (value: unknown): unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : [value];

const undefinedPathsOf = (value: unknown): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]) =>
        inner === undefined && key !== 'street2' ? [key] : undefinedPathsOf(inner),
      );

/** Every field that a template may name, but for the IP address, which is allowed. */
const everyField = {
  ...Object.fromEntries(
    orderFields.filter((name) => name !== 'customer.ipAddress').map((name) => [name, `$${name}`]),
  ),
  lines: { $each: 'items', ...Object.fromEntries(lineFields.map((name) => [name, `$${name}`])) },
};

describe('whatever the order holds', () => {
  it('no field of the custom partner carries what a partner must not see, or is empty', () => {
    fc.assert(
      fc.property(order, (given) => {
        const transaction = transactionOf(given);
        const pseudonymOf = (purpose: string, value: string) => `${purpose}-${value.length}`;
        const told = { transaction, ...contextWith(), settings, pseudonymOf };
        const sent = JSON.stringify(renderBody(everyField, told));
        for (const secret of Object.values(secrets)) expect(sent).not.toContain(String(secret));
        expect(sent).not.toContain('******');
        for (const leaf of leavesOf(JSON.parse(sent))) {
          expect(typeof leaf === 'string' ? leaf.trim() : leaf).not.toBe('');
          expect(leaf).not.toBeNull();
        }
      }),
    );
  });

  it('no request carries what a partner must not see', () => {
    fc.assert(
      fc.property(order, (given) => {
        const sent = JSON.stringify(requestsFor(given));
        for (const secret of Object.values(secrets)) expect(sent).not.toContain(String(secret));
        expect(sent).not.toContain('******');
      }),
    );
  });

  it('no request carries an empty text or null', () => {
    fc.assert(
      fc.property(order, (given) => {
        for (const request of Object.values(requestsFor(given))) {
          const leaves = leavesOf(JSON.parse(JSON.stringify(request)));
          expect(leaves.filter((leaf) => leaf === null || leaf === '')).toEqual([]);
        }
      }),
    );
  });

  it('no required field of Yleo is left out, and no e-mail goes to a risk check', () => {
    fc.assert(
      fc.property(order, (given) => {
        const { yleo, risk } = requestsFor(given);
        expect(undefinedPathsOf(yleo)).toEqual([]);
        expect(JSON.stringify(risk).toLowerCase()).not.toContain('ann@example.com');
      }),
    );
  });

  it("no address of Sardine's is longer than its documentation allows", () => {
    const limits = { street1: 100, street2: 100, city: 100, regionCode: 50, postalCode: 20 };
    fc.assert(
      fc.property(order, (given) => {
        const { customer, risk } = requestsFor(given);
        for (const [name, max] of Object.entries(limits)) {
          const sent = customer.customer.address?.[name as keyof typeof limits] ?? '';
          expect(Array.from(sent).length).toBeLessThanOrEqual(max);
        }
        expect(risk.transaction.address.countryCode).toMatch(/^[A-Z]{2}$/);
        expect(risk.customerId.length).toBeGreaterThan(0);
        expect(Array.from(risk.customerId).length).toBeLessThanOrEqual(100);
      }),
    );
  });
});
