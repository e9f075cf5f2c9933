import { countDistinct, countOrders, type History, type HistoryRow, within } from '../history.js';
import { defineFacts, flag, type FactSource, number } from './fact-group.js';

/** Counts include the order itself and slide on the instant of receipt, fixed once per order. */
const rowsOf = ({ history, receivedAtMs }: FactSource) => {
  const of = (kind: keyof History, window: Parameters<typeof within>[2]) =>
    within(history[kind], receivedAtMs, window);
  return { of };
};

/** The row of the order itself: nothing later is in its history. Undefined without one. */
const ownRowOf = ({ card }: History): HistoryRow | undefined =>
  card.toSorted((one, other) => other.position - one.position)[0];

const others = (rows: readonly HistoryRow[], own: HistoryRow): HistoryRow[] =>
  rows.filter((row) => row.order !== own.order);

/** An authorisation so small that it may only try out whether a card works; rule R38. */
const tryMax = 5;

const countTries = (rows: readonly HistoryRow[]): number =>
  countOrders(rows.filter(({ authorizedAmount }) => authorizedAmount <= tryMax));

export const byCardFacts = defineFacts(
  {
    orders1h: number('Orders with this card in an hour.'),
    orders24h: number('Orders with this card in a day.'),
    emails7d: number('Mailboxes that used this card in 7 days.'),
    emails14d: number('Mailboxes that used this card in 14 days.'),
  },
  (source) => {
    const { of } = rowsOf(source);
    return {
      orders1h: countOrders(of('card', '1h')),
      orders24h: countOrders(of('card', '24h')),
      emails7d: countDistinct(of('card', '7d'), ({ email }) => email),
      emails14d: countDistinct(of('card', '14d'), ({ email }) => email),
    };
  },
);

export const byEmailFacts = defineFacts(
  {
    cards24h: number('Cards used with this mailbox in a day.'),
    cards14d: number('Cards used with this mailbox in 14 days.'),
  },
  (source) => {
    const { of } = rowsOf(source);
    return {
      cards24h: countDistinct(of('email', '24h'), ({ card }) => card),
      cards14d: countDistinct(of('email', '14d'), ({ card }) => card),
    };
  },
);

const meanAmount = (rows: readonly HistoryRow[]): number => {
  const amounts = new Map(rows.map(({ transactionId, amount }) => [transactionId, amount]));
  const sum = [...amounts.values()].reduce((total, amount) => total + amount, 0);
  return amounts.size === 0 ? 0 : sum / amounts.size;
};

export const byAccountFacts = defineFacts(
  {
    cards24h: number('Cards used with this account in a day.'),
    cards14d: number('Cards used with this account in 14 days.'),
    earlierOrders180d: number('Earlier orders of this account in 180 days.'),
    earlierMean180d: number('Mean total of those orders; 0 when there are none.'),
  },
  (source) => {
    const { of } = rowsOf(source);
    const own = ownRowOf(source.history);
    const earlier = own === undefined ? [] : others(of('account', '180d'), own);
    return {
      cards24h: countDistinct(of('account', '24h'), ({ card }) => card),
      cards14d: countDistinct(of('account', '14d'), ({ card }) => card),
      earlierOrders180d: countOrders(earlier),
      earlierMean180d: meanAmount(earlier),
    };
  },
);

export const byIpFacts = defineFacts(
  {
    orders1h: number('Orders from this IP address (IPv6: /64) in an hour.'),
    cards1h: number('Cards used from it in an hour.'),
    postals24h: number('Billing postal codes used from it in a day.'),
    emails24h: number('Mailboxes used from it in a day.'),
  },
  (source) => {
    const { of } = rowsOf(source);
    return {
      orders1h: countOrders(of('ip', '1h')),
      cards1h: countDistinct(of('ip', '1h'), ({ card }) => card),
      postals24h: countDistinct(of('ip', '24h'), ({ billingPostal }) => billingPostal),
      emails24h: countDistinct(of('ip', '24h'), ({ email }) => email),
    };
  },
);

export const byDeviceFacts = defineFacts(
  {
    given: flag('The order names the device session.'),
    cards24h: number('Cards used on this device in a day.'),
    accounts7d: number('Accounts used on this device in 7 days.'),
  },
  (source) => {
    const { of } = rowsOf(source);
    return {
      given: source.transaction.additionalData?.inAuthId !== undefined,
      cards24h: countDistinct(of('device', '24h'), ({ card }) => card),
      accounts7d: countDistinct(of('device', '7d'), ({ account }) => account),
    };
  },
);

export const byAddressFacts = defineFacts(
  {
    cards7d: number('Cards used for the places it ships to in 7 days.'),
    names7d: number('Names at the places it ships to in 7 days.'),
    isNew: flag('None of its places was shipped to for this card, mailbox or account in 180 days.'),
  },
  (source) => {
    const { of } = rowsOf(source);
    const own = ownRowOf(source.history);
    const isOwn = (row: HistoryRow): boolean =>
      row.card === own?.card ||
      (row.email !== null && row.email === own?.email) ||
      (row.account !== null && row.account === own?.account);
    return {
      cards7d: countDistinct(of('address', '7d'), ({ card }) => card),
      names7d: countDistinct(of('address', '7d'), ({ name }) => name),
      isNew: own !== undefined && !others(of('address', '180d'), own).some(isOwn),
    };
  },
);

export const byBinFacts = defineFacts(
  {
    orders1h: number('Orders with cards of this BIN in an hour.'),
    cards1h: number('Different last four digits of this BIN in an hour.'),
  },
  (source) => {
    const { of } = rowsOf(source);
    return {
      orders1h: countOrders(of('bin', '1h')),
      cards1h: countDistinct(of('bin', '1h'), ({ last4 }) => last4),
    };
  },
);

export const historyFacts = defineFacts(
  {
    isFirstForEmailAndCard: flag('This mailbox and card never ordered together in 180 days.'),
    tries1h: number(
      'Orders of at most 5.00 in an hour by IP, device or mailbox, the most of them.',
    ),
    repeats15m: number('Other orders with this card, total and goods in 15 minutes.'),
  },
  (source) => {
    const { of } = rowsOf(source);
    const own = ownRowOf(source.history);
    const earlier = own === undefined ? [] : others(source.history.card, own);
    const tries = (['ip', 'device', 'email'] as const).map((kind) => countTries(of(kind, '1h')));
    const repeats = own === undefined ? [] : others(of('card', '15m'), own);
    return {
      isFirstForEmailAndCard:
        own !== undefined &&
        own.email !== null &&
        !earlier.some(({ email }) => email === own.email),
      tries1h: Math.max(...tries),
      repeats15m: countOrders(
        repeats.filter(({ amount, goods }) => amount === own?.amount && goods === own.goods),
      ),
    };
  },
);
