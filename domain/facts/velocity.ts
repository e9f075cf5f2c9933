import { groupBy } from '../group-by.js';
import { countDistinct, type HistoryRow, totalOfOrders, type Window } from '../history.js';
import { toUnits } from '../money.js';
import { counting, defineTallies, measuring, type Seen, telling } from './tally.js';

/** What sums and compares totals looks at no others: there are no rates of exchange here. */
const isSameCurrency = (row: HistoryRow, own: HistoryRow): boolean => row.currency === own.currency;

export const byCardFacts = defineTallies({
  orders1h: counting('card', '1h', 'Orders with this card in an hour.'),
  orders24h: counting('card', '24h', 'Orders with this card in a day.'),
  emails7d: counting('card', '7d', 'Mailboxes that used this card in 7 days.', { once: 'email' }),
  emails14d: counting('card', '14d', 'Mailboxes that used this card in 14 days.', {
    once: 'email',
  }),
  orders10m: counting(
    'card',
    '10m',
    'Orders with this card in 10 minutes, in the currency of this one.',
    { only: isSameCurrency },
  ),
  sum10m: measuring(
    'card',
    '10m',
    'Sum of the totals of those orders; of shipment groups the highest total counts.',
    (rows) => totalOfOrders(rows).sum,
    isSameCurrency,
  ),
});

export const byEmailFacts = defineTallies({
  cards24h: counting('email', '24h', 'Cards used with this mailbox in a day.', { once: 'card' }),
  cards14d: counting('email', '14d', 'Cards used with this mailbox in 14 days.', { once: 'card' }),
});

const isEarlier = (row: HistoryRow, own: HistoryRow): boolean => row.order !== own.order;

const isComparable = (row: HistoryRow, own: HistoryRow): boolean =>
  isEarlier(row, own) && isSameCurrency(row, own);

const meanOf = (rows: readonly HistoryRow[]): number => {
  const { orders, sum } = totalOfOrders(rows);
  return orders === 0 ? 0 : sum / orders;
};

/** No limit of a rule is higher. */
const beyondLimits = 1_000_000_000;

/** Of whole units, so that a total of just three times the mean is 3 and not a little more. */
const timesMean = (rows: readonly HistoryRow[], { source: { transaction } }: Seen): number => {
  const { orders, sum } = totalOfOrders(rows);
  const total = toUnits(transaction.orderTotal) * orders;
  if (toUnits(sum) > 0) return total / toUnits(sum);
  return total > 0 ? beyondLimits : 0;
};

const meanMeaning = 'Mean total of those orders; 0 when there are none.';

export const byAccountFacts = defineTallies({
  cards24h: counting('account', '24h', 'Cards used with this account in a day.', { once: 'card' }),
  cards14d: counting('account', '14d', 'Cards used with this account in 14 days.', {
    once: 'card',
  }),
  earlierOrders180d: counting(
    'account',
    '180d',
    'Earlier orders of this account in 180 days, in the currency of this one.',
    { only: isComparable },
  ),
  earlierMean180d: measuring('account', '180d', meanMeaning, meanOf, isComparable),
});

/** A customer is known by the account, without one by the mailbox. */
const ofCustomer = ({ own, of }: Seen): readonly HistoryRow[] =>
  of(own !== undefined && own.account !== null ? 'account' : 'email', '180d');

export const byCustomerFacts = defineTallies({
  earlierOrders180d: counting(
    ofCustomer,
    '180d',
    'Earlier orders of the account, without one of the mailbox, in 180 days, in the currency of ' +
      'this one.',
    { only: isComparable },
  ),
  earlierMean180d: measuring(ofCustomer, '180d', meanMeaning, meanOf, isComparable),
  timesEarlierMean180d: measuring(
    ofCustomer,
    '180d',
    'Total of this order divided by that mean, exact at whole multiples; 0 without those orders, ' +
      '1000000000 when they cost nothing and this one something.',
    timesMean,
    isComparable,
  ),
});

export const byIpFacts = defineTallies({
  orders1h: counting('ip', '1h', 'Orders from this IP address (IPv6: /64) in an hour.'),
  cards1h: counting('ip', '1h', 'Cards used from it in an hour.', { once: 'card' }),
  postals24h: counting('ip', '24h', 'Billing postal codes used from it in a day.', {
    once: 'billingPostal',
  }),
  emails24h: counting('ip', '24h', 'Mailboxes used from it in a day.', { once: 'email' }),
});

export const byDeviceFacts = defineTallies({
  given: telling(
    'The order names the device session.',
    ({ source }) => source.transaction.additionalData?.inAuthId !== undefined,
  ),
  cards24h: counting('device', '24h', 'Cards used on this device in a day.', { once: 'card' }),
  accounts7d: counting('device', '7d', 'Accounts used on this device in 7 days.', {
    once: 'account',
  }),
});

const isOfCustomer = (row: HistoryRow, own: HistoryRow): boolean =>
  row.card === own.card ||
  (row.email !== null && row.email === own.email) ||
  (row.account !== null && row.account === own.account);

/** Presents for three people at three places are no three people at one place. */
const atBusiestPlace =
  (once: 'card' | 'name') =>
  ({ of }: Seen, window: Window): readonly HistoryRow[] => {
    const atPlaces = [...groupBy(of('address', window), ({ place }) => place ?? '').values()];
    const counts = atPlaces.map((rows) => countDistinct(rows, (row) => row[once]));
    return atPlaces[counts.indexOf(Math.max(...counts))] ?? [];
  };

export const byAddressFacts = defineTallies({
  cards7d: counting(
    atBusiestPlace('card'),
    '7d',
    'Cards used in 7 days for one place that it ships to, the most of them.',
    { once: 'card' },
  ),
  names7d: counting(
    atBusiestPlace('name'),
    '7d',
    'Names in 7 days at one place that it ships to, the most of them.',
    { once: 'name' },
  ),
  isNew: telling(
    'One of its places was not shipped to for this card, mailbox or account in 180 days.',
    ({ own, of }) => {
      if (own === undefined) return false;
      const rows = of('address', '180d');
      const known = rows.filter((row) => isEarlier(row, own) && isOfCustomer(row, own));
      const placesOf = (some: readonly HistoryRow[]) => new Set(some.map(({ place }) => place));
      const here = placesOf(rows.filter(({ position }) => position === own.position));
      // A place has another hash under an earlier key: an order's only one is found by either.
      if (known.length === 0 || here.size < 2) return known.length === 0;
      // One cheap line to the old home must not vouch for the new place.
      const before = placesOf(known);
      return [...here].some((place) => !before.has(place));
    },
  ),
});

export const byBinFacts = defineTallies({
  orders1h: counting('bin', '1h', 'Orders with cards of this BIN in an hour.'),
  cards1h: counting('bin', '1h', 'Different last four digits of this BIN in an hour.', {
    once: 'last4',
  }),
});

export const bySalesRepFacts = defineTallies({
  // The order itself has no answer yet, so it can never be one of them.
  reviewed7d: counting(
    'salesRep',
    '7d',
    'Orders of the same sales person in 7 days that were answered with review.',
    { only: ({ wasReviewed }) => wasReviewed },
  ),
});
