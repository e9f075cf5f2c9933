import { type History, type HistoryRow, noHistory, sharedKinds } from '../../domain/history.js';
import { exampleReceivedAtMs } from '../support/transactions.js';

/** The row of the order itself. */
export const row = (changes: Partial<HistoryRow> = {}): HistoryRow => ({
  transactionId: 'tx-own',
  position: Number.MAX_SAFE_INTEGER,
  receivedAtMs: exampleReceivedAtMs,
  order: 'own',
  card: 'card-own',
  email: 'email-own',
  account: 'account-own',
  device: 'device-own',
  ip: 'ip-own',
  responseCode: 100,
  avsCode: 'X',
  last4: '1111',
  billingPostal: 'postal-own',
  amount: 187.45,
  authorizedAmount: 187.45,
  currency: 'USD',
  goods: 'goods-own',
  promotions: ['code-own'],
  wasReviewed: false,
  wasRejected: false,
  label: null,
  name: 'name-own',
  place: 'place-own',
  ...changes,
});

let next = 0;
/** An earlier order of somebody else; `changes` sets what it shares. */
export const earlier = (ageMs: number, changes: Partial<HistoryRow> = {}): HistoryRow => {
  next += 1;
  const id = String(next);
  return row({
    transactionId: `tx${id}`,
    position: next,
    receivedAtMs: exampleReceivedAtMs - ageMs,
    order: `order${id}`,
    card: `card${id}`,
    email: `email${id}`,
    account: `account${id}`,
    device: `device${id}`,
    ip: `ip${id}`,
    last4: id.padStart(4, '0'),
    billingPostal: `postal${id}`,
    name: `name${id}`,
    goods: `goods${id}`,
    promotions: [`code${id}`],
    ...changes,
  });
};

/** The same rows for every subject. */
export const all = (rows: readonly HistoryRow[]): History => ({
  ...noHistory,
  salesRepShare: 0.1,
  ...Object.fromEntries(sharedKinds.map((kind) => [kind, rows])),
});

/** Rows of some subjects alone. */
export const only = (rows: Partial<History>): History => ({
  ...noHistory,
  salesRepShare: 0.1,
  card: [row()],
  ...rows,
});
