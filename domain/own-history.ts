import { zipKeyOf } from './address/zip.js';
import { avsCodeOf } from './avs.js';
import { type History, type HistoryRow, noHistory } from './history.js';
import { ownDomainOf } from './mail-domain.js';
import { salesRepOf } from './sales-rep.js';
import { storeOf } from './store-of.js';
import { placesOf, subjectsOf } from './subjects.js';
import { normaliseWords } from './text.js';
import type { SanitisedTransaction } from './transaction.js';

/** A placeholder hash: the order is compared with nothing but itself. */
const own = 'own';

const ownIf = (isThere: boolean): string | null => (isThere ? own : null);

/** The history of an order that consists of the order alone. */
export const ownHistory = (transaction: SanitisedTransaction, receivedAtMs: number): History => {
  const kinds = new Set(subjectsOf(transaction).map(({ kind }) => kind));
  const row: HistoryRow = {
    transactionId: own,
    position: 1,
    receivedAtMs,
    order: own,
    card: own,
    email: ownIf(kinds.has('email')),
    account: ownIf(kinds.has('account')),
    device: ownIf(kinds.has('device')),
    ip: ownIf(kinds.has('ip')),
    responseCode: transaction.creditCard.responseCode,
    avsCode: avsCodeOf(transaction.creditCard.avsResponse),
    last4: transaction.card.last4,
    billingPostal: ownIf(zipKeyOf(transaction.creditCard.billingAddress) !== ''),
    amount: transaction.orderTotal,
    authorizedAmount: transaction.creditCard.authorizedAmount,
    currency: transaction.currencyCode,
    goods: own,
    promotions: (transaction.promos ?? []).map(({ promotionCode }) => promotionCode),
    wasReviewed: false,
    wasRejected: false,
    label: null,
    name: null,
    place: null,
  };
  const ofKind = (kind: 'email' | 'account' | 'device' | 'ip' | 'bin') =>
    kinds.has(kind) ? [row] : [];
  return {
    ...noHistory,
    card: [row],
    email: ofKind('email'),
    account: ofKind('account'),
    device: ofKind('device'),
    ip: ofKind('ip'),
    bin: [row],
    address: placesOf(transaction).map(({ value: place, name }) => ({
      ...row,
      place,
      name: normaliseWords(name) === '' ? null : name,
    })),
    house: placesOf(transaction).flatMap(({ house }) =>
      house === undefined ? [] : [{ ...row, place: house }],
    ),
    salesRepShare: salesRepOf(transaction) === undefined ? null : 1,
    salesRep: salesRepOf(transaction) === undefined ? [] : [row],
    goods: kinds.has('account') ? [] : [row],
    store: storeOf(transaction) === undefined ? [] : [row],
    goodsTraffic: kinds.has('account') ? null : { guests: 0, members: 0, spanMs: 0 },
    domain:
      ownDomainOf(transaction.customer.emailAddress) === undefined
        ? null
        : { mailboxes: 0, frauds: 0, sinceDays: -1, billedDays: -1 },
  };
};
