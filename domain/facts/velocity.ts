import { groupBy } from '../group-by.js';
import {
  countDistinct,
  type HistoryRow,
  isOfCustomer,
  isFraud,
  isQuiet,
  totalOfOrders,
  type Window,
} from '../history.js';
import { toUnits } from '../money.js';
import {
  beyondLimits,
  counting,
  defineTallies,
  flagFrom,
  measuring,
  type OrderView,
} from './tally.js';
import { timesUsual } from './usual.js';

/** Sums and comparisons of totals use this filter: there are no exchange rates here. */
const isSameCurrency = (row: HistoryRow, own: HistoryRow): boolean => row.currency === own.currency;

export const byCardFacts = defineTallies({
  orders1h: counting('card', '1h', 'Orders with this card in the last hour.'),
  orders24h: counting('card', '24h', 'Orders with this card in the last day.'),
  emails7d: counting('card', '7d', 'Mailboxes that used this card in the last 7 days.', {
    once: 'email',
  }),
  emails14d: counting('card', '14d', 'Mailboxes that used this card in the last 14 days.', {
    once: 'email',
  }),
  orders10m: counting(
    'card',
    '10m',
    'Orders with this card in the last 10 minutes, in the currency of this order.',
    { only: isSameCurrency },
  ),
  sum10m: measuring(
    'card',
    '10m',
    'Sum of the totals of those orders. Of shipment groups of one order, the highest total counts.',
    (rows) => totalOfOrders(rows).sum,
    isSameCurrency,
  ),
});

export const byEmailFacts = defineTallies({
  cards24h: counting('email', '24h', 'Cards used with this mailbox in the last day.', {
    once: 'card',
  }),
  cards14d: counting('email', '14d', 'Cards used with this mailbox in the last 14 days.', {
    once: 'card',
  }),
});

const isEarlier = (row: HistoryRow, own: HistoryRow): boolean => row.order !== own.order;

const isComparable = (row: HistoryRow, own: HistoryRow): boolean =>
  isEarlier(row, own) && isSameCurrency(row, own);

const meanOf = (rows: readonly HistoryRow[]): number => {
  const { orders, sum } = totalOfOrders(rows);
  return orders === 0 ? 0 : sum / orders;
};

/** Divides whole units, so that a total of exactly three times the mean gives 3. */
const timesMean = (rows: readonly HistoryRow[], { source: { transaction } }: OrderView): number => {
  const { orders, sum } = totalOfOrders(rows);
  const total = toUnits(transaction.orderTotal) * orders;
  if (toUnits(sum) > 0) return total / toUnits(sum);
  return total > 0 ? beyondLimits : 0;
};

const meanMeaning = 'Mean total of those orders; 0 if there are none.';

export const byAccountFacts = defineTallies({
  cards24h: counting('account', '24h', 'Cards used with this account in the last day.', {
    once: 'card',
  }),
  cards14d: counting('account', '14d', 'Cards used with this account in the last 14 days.', {
    once: 'card',
  }),
  earlierOrders180d: counting(
    'account',
    '180d',
    'Earlier orders of this account in the last 180 days, in the currency of this order.',
    { only: isComparable },
  ),
  earlierMean180d: measuring('account', '180d', meanMeaning, meanOf, isComparable),
});

/** The orders of a customer: by account, or by mailbox without one. */
const ofCustomer = ({ own, of }: OrderView): readonly HistoryRow[] =>
  of(own !== undefined && own.account !== null ? 'account' : 'email', '180d');

export const byCustomerFacts = defineTallies({
  earlierOrders180d: counting(
    ofCustomer,
    '180d',
    'Earlier orders of the account (of the mailbox, if there is no account) in the last 180 ' +
      'days, in the currency of this order.',
    { only: isComparable },
  ),
  earlierMean180d: measuring(ofCustomer, '180d', meanMeaning, meanOf, isComparable),
  timesEarlierMean180d: measuring(
    ofCustomer,
    '180d',
    'Total of this order divided by that mean, exact at whole multiples. 0 without such orders; ' +
      '1000000000 if their totals are 0 and that of this order is not.',
    timesMean,
    isComparable,
  ),
});

export const byIpFacts = defineTallies({
  orders1h: counting('ip', '1h', 'Orders from this IP address (IPv6: /64) in the last hour.'),
  cards1h: counting('ip', '1h', 'Cards used from this IP address in the last hour.', {
    once: 'card',
  }),
  postals24h: counting(
    'ip',
    '24h',
    'Billing postal codes used from this IP address in the last day.',
    {
      once: 'billingPostal',
    },
  ),
  emails24h: counting('ip', '24h', 'Mailboxes used from this IP address in the last day.', {
    once: 'email',
  }),
  timesUsualHour: timesUsual('ip', '1h', 'busiestHour', 'from this IP address'),
  timesUsualDay: timesUsual('ip', '24h', 'busiestDay', 'from this IP address'),
});

export const byDeviceFacts = defineTallies({
  given: flagFrom(
    'The order has the id of a device session.',
    ({ source }) => source.transaction.additionalData?.inAuthId !== undefined,
  ),
  cards24h: counting('device', '24h', 'Cards used on this device in the last day.', {
    once: 'card',
  }),
  accounts7d: counting('device', '7d', 'Accounts used on this device in the last 7 days.', {
    once: 'account',
  }),
});

/** Counts per place: presents for three people at three places are not three people at one. */
const atBusiestPlace =
  (once: 'card' | 'name') =>
  ({ of }: OrderView, window: Window): readonly HistoryRow[] => {
    const atPlaces = [...groupBy(of('address', window), ({ place }) => place ?? '').values()];
    const counts = atPlaces.map((rows) => countDistinct(rows, (row) => row[once]));
    return atPlaces[counts.indexOf(Math.max(...counts))] ?? [];
  };

const payersOf = (rows: readonly HistoryRow[]): number =>
  countDistinct(rows, ({ billingPostal }) => billingPostal);

/**
 * Other orders to the place that nobody has complained about; none if one of them was a fraud. With
 * several places, those of the one with the fewest payers: a pick-up place vouches for no other.
 */
const quietAtPlace = ({ source, own, of }: OrderView, window: Window): readonly HistoryRow[] => {
  if (own === undefined) return [];
  const rows = of('address', window);
  const places = new Set(
    rows.filter(({ position }) => position === own.position).map(({ place }) => place),
  );
  const atPlaces =
    places.size < 2 ? [rows] : [...places].map((one) => rows.filter(({ place }) => place === one));
  const quiet = atPlaces.map((some) =>
    some.some(isFraud)
      ? []
      : some.filter((row) => isEarlier(row, own) && isQuiet(row, source.receivedAtMs)),
  );
  const counts = quiet.map(payersOf);
  return quiet[counts.indexOf(Math.min(...counts))] ?? [];
};

export const byAddressFacts = defineTallies({
  cards7d: counting(
    atBusiestPlace('card'),
    '7d',
    'Cards used in the last 7 days for one place that the order ships to; the highest such count.',
    { once: 'card' },
  ),
  names7d: counting(
    atBusiestPlace('name'),
    '7d',
    'Names used in the last 7 days at one place that the order ships to; the highest such count.',
    { once: 'name' },
  ),
  quietPayers180d: counting(
    quietAtPlace,
    '180d',
    'Billing postal codes of other orders of the last 180 days to the place that are labelled as ' +
      'good, or that have no label, were not rejected and are older than 90 days. 0 if an order ' +
      'to the place is labelled as fraud; of several places the lowest such count.',
    { once: 'billingPostal' },
  ),
  isNew: flagFrom(
    'A place of the order is new to this card, mailbox or account: no order to it in 180 days.',
    ({ own, of }) => {
      if (own === undefined) return false;
      const rows = of('address', '180d');
      const known = rows.filter((row) => isEarlier(row, own) && isOfCustomer(row, own));
      const placesOf = (some: readonly HistoryRow[]) => new Set(some.map(({ place }) => place));
      const here = placesOf(rows.filter(({ position }) => position === own.position));
      // With one place, both keys (current and earlier) find its rows, under different hashes.
      if (known.length === 0 || here.size < 2) return known.length === 0;
      // With several, each must be known: a cheap line to the old home must not vouch for a new
      // place.
      const before = placesOf(known);
      return [...here].some((place) => !before.has(place));
    },
  ),
});

/**
 * A "sales person" with half of a banner's orders is a default that a till or web shop fills in.
 */
const ofPerson = ({ source, of }: OrderView, window: Window): readonly HistoryRow[] => {
  const share = source.history.salesRepShare;
  return share !== null && share < 0.5 ? of('salesRep', window) : [];
};

export const bySalesRepFacts = defineTallies({
  // The order itself has no answer yet, so it never counts.
  reviewed7d: counting(
    ofPerson,
    '7d',
    'Orders of the same salesperson in the last 7 days that were answered with review. 0 for a ' +
      "web order, and for a name that half of the banner's orders of the week have.",
    { only: ({ wasReviewed }) => wasReviewed },
  ),
});
