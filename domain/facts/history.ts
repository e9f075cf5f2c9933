import {
  countDistinct,
  countOrders,
  type HistoryRow,
  isFraud,
  isQuiet,
  labelledKinds,
  promotedKinds,
  type Window,
} from '../history.js';
import { isInHomeCurrency } from './home.js';
import { counting, defineTallies, numberFrom, type OrderView, flagFrom } from './tally.js';
import { remembered } from '../remembered.js';

/** The choice with the most orders; the first one on a tie. */
const most = (choices: readonly (readonly HistoryRow[])[]): readonly HistoryRow[] => {
  let best: readonly HistoryRow[] = [];
  let orders = 0;
  for (const rows of choices) {
    // A list of rows has at most as many orders as rows, so shorter lists need no count.
    const count = rows.length > orders ? countOrders(rows) : 0;
    if (count > orders) [best, orders] = [rows, count];
  }
  return best;
};

/**
 * An authorisation so small that it may only test a card; rule R38. The limit is in the banner's
 * own currency: five yen are no test.
 */
const tryMax = 5;

const triesOf = ({ source, of }: OrderView, window: Window): readonly HistoryRow[] => {
  if (!isInHomeCurrency(source)) return [];
  const { currencyCode } = source.transaction;
  return most(
    (['ip', 'device', 'email'] as const).map((kind) =>
      of(kind, window).filter(
        ({ authorizedAmount, currency }) => currency === currencyCode && authorizedAmount <= tryMax,
      ),
    ),
  );
};

/**
 * The rows of each promotion code. One pass over the rows, each of which may have a hundred codes.
 */
const byCode = remembered((rows: readonly HistoryRow[]) => {
  const found = new Map<string, HistoryRow[]>();
  for (const row of rows) {
    for (const code of new Set(row.promotions)) {
      const having = found.get(code);
      if (having === undefined) found.set(code, [row]);
      else having.push(row);
    }
  }
  return found;
});

const sameCodeOf = ({ own, of }: OrderView, window: Window): readonly HistoryRow[] => {
  const codes = own?.promotions ?? [];
  if (codes.length === 0) return [];
  const found = promotedKinds.map((kind) => byCode(of(kind, window)));
  return most(codes.flatMap((code) => found.map((rows) => rows.get(code) ?? [])));
};

/**
 * Stands in for an unknown percentile. No amount is higher, so a rule that compares with it does
 * not trip.
 */
const unknownP99 = 1_000_000_000;

const p99Of = ({ source }: OrderView): number =>
  isInHomeCurrency(source) ? (source.history.bannerP99 ?? unknownP99) : unknownP99;

export const historyFacts = defineTallies({
  isFirstForEmailAndCard: flagFrom(
    'This mailbox and this card have not been used together in the last 180 days.',
    ({ own, of }) =>
      own !== undefined &&
      own.email !== null &&
      !of('card', '180d').some((row) => row.order !== own.order && row.email === own.email),
  ),
  tries1h: counting(
    triesOf,
    '1h',
    "Orders authorised for at most 5.00 in the banner's own currency in the last hour by IP " +
      'address, device or mailbox, whichever count is highest; 0 for an order in another currency.',
  ),
  repeats15m: counting(
    'card',
    '15m',
    'Other orders with the same card, total, currency and goods in the last 15 minutes.',
    {
      only: (row, own) =>
        row.order !== own.order &&
        row.currency === own.currency &&
        row.amount === own.amount &&
        row.goods === own.goods,
    },
  ),
  sameCode30d: counting(
    sameCodeOf,
    '30d',
    'Orders with the same promotion code in the last 30 days by card, device or place, whichever ' +
      'count is highest.',
  ),
  bannerP99: numberFrom(
    "99th percentile of the banner's order totals, in its own currency (30 days up to " +
      'yesterday); 1000000000 if it is unknown or the order has another currency.',
    p99Of,
  ),
});

/** Fraudulent orders of a window, each once, though an order may share several subjects. */
const fraudOf = ({ of }: OrderView, window: Window): readonly HistoryRow[] => {
  const bad = labelledKinds.flatMap((kind) => of(kind, window).filter(isFraud));
  return [...new Map(bad.map((row) => [row.transactionId, row])).values()];
};

/** The same, by what a thief brings along: the device or the place, not the card or mailbox. */
const fraudByMeansOf = ({ of }: OrderView, window: Window): readonly HistoryRow[] => {
  const bad = (['device', 'address'] as const).flatMap((kind) => of(kind, window).filter(isFraud));
  return [...new Map(bad.map((row) => [row.transactionId, row])).values()];
};

const quietOf = ({ source, own, of }: OrderView, window: Window): readonly HistoryRow[] =>
  of('address', window).filter(
    (row) => row.card === own?.card && row.order !== own.order && isQuiet(row, source.receivedAtMs),
  );

/** The rows of the subject that the most other accounts share with the order's. */
const byOtherAccountsOf = ({ own, of }: OrderView, window: Window): readonly HistoryRow[] => {
  const choices = (['card', 'device', 'address'] as const).map((kind) =>
    of(kind, window).filter(({ account }) => account !== own?.account),
  );
  const counts = choices.map((rows) => countDistinct(rows, ({ account }) => account));
  return choices[counts.indexOf(Math.max(...counts))] ?? [];
};

export const linkFacts = defineTallies({
  otherAccounts30d: counting(
    byOtherAccountsOf,
    '30d',
    'Other accounts of the last 30 days with the same card, device or place, whichever count is ' +
      'highest.',
    { once: 'account' },
  ),
  fraud180d: counting(
    fraudOf,
    '180d',
    'Orders of the last 180 days with the same card, mailbox, device or place that are labelled ' +
      'as fraud.',
  ),
  fraudByMeans180d: counting(
    fraudByMeansOf,
    '180d',
    'Those of them that share the device or the place; the others share the card or the mailbox ' +
      'alone, which a victim keeps.',
  ),
  good180d: counting(
    quietOf,
    '180d',
    'Other orders of the last 180 days with the same card and place that are labelled as good, ' +
      'or that have no label, were not rejected and are older than 90 days.',
  ),
});
