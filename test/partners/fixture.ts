import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { parseTransaction, type Transaction } from '../../contracts/hbc/transaction.js';
import { Settings } from '../../contracts/settings.js';
import type { Card, SanitisedTransaction } from '../../domain/transaction.js';
import type { CheckContext } from '../../partners/call.js';
import { withinLimits } from '../support/within-limits.js';

/** Small round numbers, so that a test shows where each of them comes from. */
const breaker = {
  ...{ consecutiveFailures: 5, window: 20, windowMin: 10 },
  ...{ pauseMs: 2_000, pauseMaxMs: 30_000 },
};

type Section = Readonly<Record<string, unknown>>;

const withBreaker = (given: unknown): Section => {
  const section = (given ?? {}) as Section;
  const guard = (section['guard'] ?? {}) as Section;
  return {
    ...section,
    guard: { ...guard, breaker: { ...breaker, ...(guard['breaker'] as Section) } },
  };
};

/** The shipped settings, with top-level sections replaced. */
export const settingsWith = (sections: Section = {}): Settings =>
  Settings.parse({
    ...parse(readFileSync('config/verdict.yaml', 'utf8')),
    ...sections,
    sardine: withBreaker(sections['sardine']),
    yleo: withBreaker(sections['yleo']),
  });

export const card: Card = {
  bin6: '411111',
  last4: '1111',
  length: 16,
  luhnValid: true,
  brand: 'visa',
  tokens: { k1: 'token-of-the-card' },
  tokenKeyId: 'k1',
  sardineCardId: 'a3f1c2'.repeat(10),
  walletId: '6a0e8b1c-93d5-5b0e-8a53-0d6a7f3f6c11',
};

export const home = {
  name: 'Dana Whitfield',
  streetLineOne: '410 Maple Ave',
  streetLineTwo: 'Apt 3B',
  city: 'Evanston',
  state: 'IL',
  zip: '60202',
  country: 'US',
};

export const item = {
  svsNumber: 40112233,
  skuNumber: 9200411,
  upcNumber: 190510442178,
  currentStatus: 'ready',
  department: 114,
  costAmount: 61.0,
  marginAmount: 36.0,
  description: 'Wool crewneck sweater',
  price: 97.0,
  extendedPrice: 97.0,
  quantity: 1,
  groupNumber: 1,
  shippingAddress: home,
  shippingMethod: 'standard',
  shippingCountry: 'US',
};

export const belt = {
  ...item,
  svsNumber: 40119871,
  skuNumber: 9200977,
  upcNumber: null,
  description: 'Leather belt',
  price: 45.25,
  extendedPrice: 90.5,
  quantity: 2,
};

const creditCard = {
  nameOnCard: 'Dana Whitfield',
  billingAddress: home,
  cardType: 'visa',
  cardNumber: '4111111111111111',
  authorizedAmount: 187.45,
  fullAmount: 187.45,
  expiryDate: '08-29',
  authCode: '123',
  responseCode: 100,
  merchantId: 526567789012,
  registerNumber: '12',
  transactionNumber: '7781',
  avsResponse: 'H',
};

const customer = {
  customerType: 'registered',
  accountId: 'A-553201',
  creationDate: '2021-03-02',
  firstName: 'Dana',
  lastName: 'Whitfield',
  emailAddress: 'dana.whitfield@example.com',
};

const order = {
  orderId: '81004517',
  groupId: '1',
  orderTotal: 187.45,
  shippingCost: 9.95,
  currencyCode: 'USD',
  storeNumber: 689,
  salesRep: 'Rep 5512',
  banner: 's5a',
  promos: [{ promotionCode: 'FALL10', promotionAmount: 10 }],
  items: [item, belt],
  ipAddress: '73.44.18.201',
  source: 'web',
  additionalData: { inAuthId: '5ecf6502-e532-4738-aad5-7ac9701251dd' },
};

interface Changes {
  readonly order?: Record<string, unknown>;
  readonly creditCard?: Record<string, unknown>;
  readonly customer?: Record<string, unknown>;
  readonly card?: Partial<Card>;
}

const sanitised = (parsed: Transaction, changes: Partial<Card> = {}): SanitisedTransaction => ({
  ...parsed,
  creditCard: { ...parsed.creditCard, cardNumber: '411111******1111' },
  card: { ...card, ...changes },
});

/** A transaction as the partners' clients get it; null removes an optional field. */
export const transactionWith = (changes: Changes = {}): SanitisedTransaction => {
  const parsed = parseTransaction(
    withinLimits({
      ...order,
      ...changes.order,
      creditCard: { ...creditCard, ...changes.creditCard },
      customer: { ...customer, ...changes.customer },
    }),
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return sanitised(parsed.value, changes.card);
};

export const receivedAtMs = Date.UTC(2026, 10, 20, 12);

export const contextWith = (changes: Partial<CheckContext> = {}): CheckContext => ({
  transactionId: 'tx_0f3b6c',
  receivedAtMs,
  totalScore: 12,
  budgetMs: 5_000,
  mode: 'answer',
  signal: new AbortController().signal,
  ...changes,
});
