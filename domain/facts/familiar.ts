import { groupBy } from '../group-by.js';
import { type HistoryRow, isFraud, sharedKinds } from '../history.js';
import { remembered } from '../remembered.js';
import { dayMs } from '../utc-day.js';
import { flag, number } from './fact-group.js';
import { defineTallies, type OrderView, type Tally } from './tally.js';

/** The age of what the customer has not used before. No rule may take it for a good sign. */
const never = -1;

/** What was first used in these days is still new: a thief may come back on the next day. */
const newForMs = 7 * dayMs;

type ValueOf = (row: HistoryRow) => string | null;
const deviceOf: ValueOf = ({ device }) => device;
const networkOf: ValueOf = ({ ip }) => ip;
const cardOf: ValueOf = ({ card }) => card;
const mailboxOf: ValueOf = ({ email }) => email;
const billOf: ValueOf = ({ billingPostal }) => billingPostal;

/**
 * The customer's other orders, by account, or by mailbox without one. Orders that are known to be
 * fraud, or that were rejected, were not the customer's.
 */
const ordersOf = ({ own, of, source: { history } }: OrderView) => {
  const isBad = (row: HistoryRow): boolean => isFraud(row) || row.wasRejected;
  const bad = new Set(
    sharedKinds.flatMap((kind) => history[kind].filter(isBad).map((row) => row.transactionId)),
  );
  const kind = (own?.account ?? null) === null ? 'email' : 'account';
  const isTheirs = (row: HistoryRow): boolean =>
    own !== undefined &&
    row.order !== own.order &&
    row[kind] !== null &&
    row[kind] === own[kind] &&
    !bad.has(row.transactionId);
  return {
    rows: of(kind, '180d').filter(isTheirs),
    rowsByPlace: groupBy(of('address', '180d').filter(isTheirs), ({ place }) => place),
  };
};

/**
 * Splits the customer's orders: those linked with this one by device or network, also through each
 * other, and the rest. A thief's orders hang together, and so do the customer's.
 */
const splitByLinks = (own: HistoryRow, rows: readonly HistoryRow[]) => {
  const linked: HistoryRow[] = [];
  const known = new Set<string>();
  const tokensOf = ({ device, ip }: HistoryRow): string[] =>
    [device, ip].filter((token) => token !== null);
  let rest = rows;
  let found: readonly HistoryRow[] = [own];
  while (found.length > 0) {
    for (const token of found.flatMap(tokensOf)) known.add(token);
    const isLinked = (row: HistoryRow): boolean => tokensOf(row).some((token) => known.has(token));
    found = rest.filter(isLinked);
    rest = rest.filter((row) => !isLinked(row));
    linked.push(...found);
  }
  return { linked, rest };
};

const earliestOf = (rows: readonly HistoryRow[]): number =>
  Math.min(...rows.map(({ receivedAtMs }) => receivedAtMs));

/** One odd order, from a hotel for example, is no habit that somebody could leave. */
const habitMin = 2;

/**
 * Whether somebody else may be at work in the account: what is linked with this order began a week
 * or more after the rest, is no more than that, and goes where none of it went. A new telephone at
 * home, or a new home for the old telephone, is linked or known.
 */
const isApart = (
  own: HistoryRow,
  rows: readonly HistoryRow[],
  toPlaces: readonly (readonly HistoryRow[])[],
) => {
  const { linked, rest } = splitByLinks(own, rows);
  const beganMs = earliestOf([own, ...linked]);
  const before = new Set(
    rest.filter((row) => row.receivedAtMs <= beganMs - newForMs).map(({ position }) => position),
  );
  const isNewPlace = toPlaces.some((some) => !some.some(({ position }) => before.has(position)));
  const hasToken = own.device !== null || linked.length > 0;
  const isHabit = before.size >= Math.max(habitMin, linked.length);
  return { linked, apart: hasToken && isHabit && isNewPlace };
};

const measure = (view: OrderView) => {
  const { own, of, source } = view;
  const { receivedAtMs: atMs } = source;
  const { rows, rowsByPlace } = ordersOf(view);
  const past = rows.filter((row) => row.receivedAtMs <= atMs - newForMs);
  const daysOf = (some: readonly HistoryRow[]): number =>
    some.length === 0
      ? never
      : Math.floor((atMs - Math.min(...some.map((row) => row.receivedAtMs))) / dayMs);
  const daysUsing = (valueOf: ValueOf): number => {
    const value = own === undefined ? null : valueOf(own);
    return value === null ? never : daysOf(rows.filter((row) => valueOf(row) === value));
  };
  const isNew = (valueOf: ValueOf): boolean => {
    const value = own === undefined ? null : valueOf(own);
    if (value === null) return false;
    const before = past.map(valueOf).filter((one) => one !== null);
    return before.length > 0 && !before.includes(value);
  };
  const ownRows = of('address', '180d').filter(({ position }) => position === own?.position);
  const places = [...new Set(ownRows.map(({ place }) => place))];
  // With several places, the least known counts.
  const placeDays =
    places.length === 0
      ? never
      : Math.min(...places.map((place) => daysOf(rowsByPlace.get(place) ?? [])));
  const isNewPlace = placeDays < newForMs / dayMs;
  const { linked, apart } =
    own === undefined || places.length === 0
      ? { linked: [], apart: false }
      : isApart(
          own,
          rows,
          places.map((place) => rowsByPlace.get(place) ?? []),
        );
  return {
    rows,
    linkedDays: daysOf(linked),
    apart,
    sinceDays: daysOf(rows),
    deviceDays: daysUsing(deviceOf),
    networkDays: daysUsing(networkOf),
    placeDays,
    newDevice: isNew(deviceOf),
    newNetwork: isNew(networkOf),
    newCard: isNew(cardOf),
    newBilling: isNew(billOf),
    // Without an account the mailbox itself says who the customer is.
    newMailbox: own !== undefined && own.account !== null && isNew(mailboxOf),
    newPlace: past.length > 0 && places.length > 0 && isNewPlace,
  };
};

type Familiarity = ReturnType<typeof measure>;
const familiarityOf = remembered(measure);

const counted: Tally['counted'] = (view) => ({ window: '180d', rows: familiarityOf(view).rows });

type Days = 'sinceDays' | 'linkedDays' | 'deviceDays' | 'networkDays' | 'placeDays';
const days = (name: Days & keyof Familiarity, meaning: string): Tally => ({
  spec: number(`${meaning} in whole days, up to 180; -1 if there is none.`, {
    min: never,
    max: 180,
    whole: true,
  }),
  value: (view) => familiarityOf(view)[name],
  counted,
});

type New =
  | 'apart'
  | 'newDevice'
  | 'newNetwork'
  | 'newCard'
  | 'newBilling'
  | 'newMailbox'
  | 'newPlace';
const isNew = (name: New & keyof Familiarity, what: string): Tally => ({
  spec: flag(`${what}, though the customer has older orders; false for a new customer.`),
  value: (view) => familiarityOf(view)[name],
  counted,
});

/**
 * What the customer has used before, and since when. All of it comes from rows that other facts
 * read too.
 */
export const familiarFacts = defineTallies({
  sinceDays: days(
    'sinceDays',
    'Age of the first other order of the account (of the mailbox, if there is no account) that ' +
      'was neither rejected nor labelled as fraud,',
  ),
  deviceDays: days('deviceDays', 'Age of the first such order on this device,'),
  networkDays: days('networkDays', 'Age of the first such order from this IP address,'),
  placeDays: days(
    'placeDays',
    'Age of the first such order to this place (to the least known place of several),',
  ),
  linkedDays: days(
    'linkedDays',
    'Age of the first such order that is linked by device or IP address, also through others,',
  ),
  apart: isNew(
    'apart',
    'Two or more such orders, and no fewer than are linked with this one by device or IP ' +
      'address, are a week older than all of those, and none of them went to one of its places',
  ),
  newDevice: isNew('newDevice', 'No such order older than 7 days is from this device'),
  newNetwork: isNew('newNetwork', 'No such order older than 7 days is from this IP address'),
  newCard: isNew('newCard', 'No such order older than 7 days is paid with this card'),
  newBilling: isNew('newBilling', 'No such order older than 7 days was billed to this postal code'),
  newMailbox: isNew(
    'newMailbox',
    'No such order of the account older than 7 days has this mailbox',
  ),
  newPlace: isNew('newPlace', 'One of its places got no such order older than 7 days'),
});
