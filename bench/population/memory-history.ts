import type { LabelKind } from '../../contracts/v1/labels.js';
import { zipKeyOf } from '../../domain/address/zip.js';
import { avsCodeOf } from '../../domain/avs.js';
import {
  areNeighbours,
  type BinDay,
  binDayOrdersMax,
  type History,
  type HistoryRow,
  labelledKinds,
  rejectedKinds,
  reviewedKinds,
  type SharedKind,
  sharedKinds,
  type UsualKind,
  usualKinds,
  type UsualTraffic,
} from '../../domain/history.js';
import { storeOf } from '../../domain/store-of.js';
import { placesOf, subjectsOf } from '../../domain/subjects.js';
import { ownDomainOf } from '../../domain/mail-domain.js';
import { salesRepOf } from '../../domain/sales-rep.js';
import { normaliseWords } from '../../domain/text.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import { dayMs, hourMs } from './calendar.js';
import { goodsTrafficOf } from './goods-traffic.js';
import { domainPastOf } from './domain-past.js';
import { createTotals, type Totals } from './totals.js';
import { createUsualTraffics } from './usual.js';

/** The limits of `db/order-history.ts`: how far it reads back, and how many rows. */
const reachMs: Readonly<Record<SharedKind, number>> = {
  card: 180 * dayMs,
  email: 180 * dayMs,
  account: 180 * dayMs,
  device: 180 * dayMs,
  ip: dayMs,
  bin: hourMs,
  address: 180 * dayMs,
  house: 60 * dayMs,
  salesRep: 7 * dayMs,
  goods: dayMs,
  store: hourMs,
};
const rowsMax = 200;
const bannerOrdersMax = 1000;

/** A stored order; what later orders see of it depends on their time. */
interface Kept {
  readonly row: HistoryRow;
  readonly banner: SanitisedTransaction['banner'];
  readonly last4: string;
  readonly domain: string | undefined;
  readonly names: ReadonlyMap<string, string | null>;
  readonly subjects: Readonly<Record<SharedKind, readonly string[]>>;
  readonly labels: { readonly kind: LabelKind; readonly atMs: number }[];
  reviewedAtMs: number;
  rejectedAtMs: number;
}

export interface NewOrder {
  readonly transactionId: string;
  readonly transaction: SanitisedTransaction;
  /** Epoch milliseconds; orders need not be added in this order. */
  readonly receivedAtMs: number;
}

/** Orders with their labels and outcomes, in memory instead of Postgres. */
export interface MemoryHistory {
  readonly add: (order: NewOrder) => void;
  /** Throws `RangeError` for an unknown order, like the next three. */
  readonly label: (transactionId: string, kind: LabelKind, atMs: number) => void;
  /** Records that the order's first answer was review. */
  readonly review: (transactionId: string, atMs: number) => void;
  readonly reject: (transactionId: string, atMs: number) => void;
  /** The history of an order as of its own time and position. */
  readonly of: (transactionId: string) => History;
}

const namesOf = (transaction: SanitisedTransaction): Map<string, string | null> =>
  new Map(placesOf(transaction).map(({ value, name }) => [value, normaliseWords(name) || null]));

const goodsOf = ({ items }: SanitisedTransaction): string => {
  const quantities = new Map<number, number>();
  for (const { skuNumber, quantity } of items) {
    quantities.set(skuNumber, (quantities.get(skuNumber) ?? 0) + quantity);
  }
  return JSON.stringify([...quantities].toSorted(([one], [other]) => one - other));
};

const subjectsByKind = (transaction: SanitisedTransaction): Kept['subjects'] => {
  const { card } = transaction;
  const rep = salesRepOf(transaction);
  const store = storeOf(transaction);
  const all = subjectsOf(transaction);
  const of = (kind: SharedKind) => all.filter((one) => one.kind === kind).map(({ value }) => value);
  return {
    ...{ salesRep: rep === undefined ? [] : [rep], store: store === undefined ? [] : [store] },
    card: [card.tokens[card.tokenKeyId] ?? ''],
    ...{ email: of('email'), account: of('account'), device: of('device'), ip: of('ip') },
    ...{ bin: of('bin'), address: of('address') },
    house: placesOf(transaction).flatMap(({ house }) => house ?? []),
    goods: [goodsOf(transaction)],
  };
};

const promotionsOf = ({ promos = [] }: SanitisedTransaction): string[] =>
  [...new Set(promos.map(({ promotionCode }) => promotionCode.trim().toUpperCase()))].filter(
    Boolean,
  );

const keep = ({ transactionId, transaction, receivedAtMs }: NewOrder, position: number): Kept => {
  const { banner, orderId, creditCard, orderTotal, currencyCode, card } = transaction;
  const subjects = subjectsByKind(transaction);
  return {
    row: {
      ...{ transactionId, position, receivedAtMs, order: `${banner}\u0000${orderId}` },
      card: subjects.card[0] ?? '',
      email: subjects.email[0] ?? null,
      account: subjects.account[0] ?? null,
      device: subjects.device[0] ?? null,
      ip: subjects.ip[0] ?? null,
      responseCode: creditCard.responseCode,
      avsCode: avsCodeOf(creditCard.avsResponse),
      last4: null,
      billingPostal: zipKeyOf(creditCard.billingAddress) || null,
      ...{ amount: orderTotal, authorizedAmount: creditCard.authorizedAmount },
      currency: currencyCode,
      ...{ goods: goodsOf(transaction), promotions: promotionsOf(transaction) },
      ...{ wasReviewed: false, wasRejected: false, label: null, name: null, place: null },
    },
    ...{ banner, last4: card.last4, names: namesOf(transaction), subjects, labels: [] },
    domain: ownDomainOf(transaction.customer.emailAddress),
    ...{ reviewedAtMs: Number.POSITIVE_INFINITY, rejectedAtMs: Number.POSITIVE_INFINITY },
  };
};

/** An order's row as of `atMs`, for one of its subjects. */
const seenAt = (kept: Kept, kind: SharedKind, value: string, atMs: number): HistoryRow => {
  const said = labelledKinds.includes(kind) ? kept.labels : [];
  const label = said.findLast((one) => one.atMs <= atMs)?.kind ?? null;
  const wasReviewed = reviewedKinds.includes(kind) && kept.reviewedAtMs <= atMs;
  const wasRejected = rejectedKinds.includes(kind) && kept.rejectedAtMs <= atMs;
  const isPlain = label === null && !wasReviewed && !wasRejected;
  if (isPlain && kind !== 'bin' && kind !== 'address' && kind !== 'house') return kept.row;
  return {
    ...kept.row,
    ...{ label, wasReviewed, wasRejected },
    last4: kind === 'bin' ? kept.last4 : null,
    name: kind === 'address' ? (kept.names.get(value) ?? null) : null,
    place: kind === 'address' || kind === 'house' ? value : null,
  };
};

/** Inserts into the orders of one subject, sorted by time of receipt. */
const insert = (orders: Kept[], kept: Kept): void => {
  let index = orders.length;
  while (index > 0 && (orders[index - 1]?.row.receivedAtMs ?? 0) > kept.row.receivedAtMs) {
    index -= 1;
  }
  orders.splice(index, 0, kept);
};

const keepIn = (map: Map<string, Kept[]>, key: string, kept: Kept): void => {
  const orders = map.get(key);
  if (orders === undefined) map.set(key, [kept]);
  else insert(orders, kept);
};

const repShareOf = (
  { row: own, subjects: { salesRep } }: Kept,
  orders: readonly Kept[],
): number | null => {
  const [rep] = salesRep;
  if (rep === undefined) return null;
  const seen = new Set<string>();
  const sold = new Set<string>();
  let rows = 0;
  for (let index = orders.length - 1; index >= 0 && rows < bannerOrdersMax; index -= 1) {
    const { row, subjects } = orders[index] as Kept;
    if (row.receivedAtMs <= own.receivedAtMs - reachMs.salesRep) break;
    if (row.receivedAtMs > own.receivedAtMs || row.position > own.position) continue;
    rows += 1;
    seen.add(row.order);
    if (subjects.salesRep[0] === rep) sold.add(row.order);
  }
  return sold.size / seen.size;
};

const binDayOf = ({ row: own, last4 }: Kept, orders: readonly Kept[]): BinDay => {
  const others = new Set<string>();
  for (let index = orders.length - 1, rows = 0; index >= 0 && rows < binDayOrdersMax; index -= 1) {
    const { row, last4: other } = orders[index] as Kept;
    if (row.receivedAtMs <= own.receivedAtMs - dayMs) break;
    if (row.receivedAtMs > own.receivedAtMs || row.position > own.position) continue;
    rows += 1;
    if (other !== last4) others.add(other);
  }
  const neighbours = [...others].filter((other) => areNeighbours(other, last4)).length;
  return { cards: others.size, neighbours };
};

const keyOf = (kind: SharedKind, value: string): string => `${kind}\u0000${value}`;

/** The orders of one subject as of an order's time and position, latest first. */
const rowsBefore = (
  { receivedAtMs, position }: HistoryRow,
  orders: readonly Kept[],
  [kind, value]: readonly [SharedKind, string],
): HistoryRow[] => {
  const rows: HistoryRow[] = [];
  for (let index = orders.length - 1; index >= 0 && rows.length < rowsMax; index -= 1) {
    const kept = orders[index];
    if (kept === undefined || kept.row.receivedAtMs <= receivedAtMs - reachMs[kind]) break;
    const isLater = kept.row.receivedAtMs > receivedAtMs || kept.row.position > position;
    if (!isLater) rows.push(seenAt(kept, kind, value, receivedAtMs));
  }
  return rows;
};

const rowsOf = (
  bySubject: ReadonlyMap<string, readonly Kept[]>,
  kind: SharedKind,
  { row, subjects }: Kept,
): HistoryRow[] => {
  const of = (value: string): HistoryRow[] =>
    rowsBefore(row, bySubject.get(keyOf(kind, value)) ?? [], [kind, value]);
  const [only = '', ...others] = subjects[kind];
  if (others.length === 0) return only === '' ? [] : of(only);
  return subjects[kind]
    .flatMap(of)
    .toSorted((one, other) => other.receivedAtMs - one.receivedAtMs)
    .slice(0, rowsMax);
};

/** As the statement does, only for a guest. */
const sameGoodsOf = (
  own: Kept,
  bySubject: ReadonlyMap<string, readonly Kept[]>,
): Pick<History, 'goods' | 'goodsTraffic'> => {
  if (own.row.account !== null) return { goods: [], goodsTraffic: null };
  const orders = bySubject.get(keyOf('goods', own.subjects.goods[0] ?? '')) ?? [];
  return { goods: rowsOf(bySubject, 'goods', own), goodsTraffic: goodsTrafficOf(own.row, orders) };
};

/** An empty history. `totals` provides the banners' percentiles. */
export const createMemoryHistory = (totals: Totals = createTotals()): MemoryHistory => {
  const byId = new Map<string, Kept>();
  const bySubject = new Map<string, Kept[]>();
  const byBanner = new Map<string, Kept[]>();
  const byDomain = new Map<string, Kept[]>();
  const usual = createUsualTraffics();
  const usualOf = (kind: UsualKind, { row, subjects }: Kept): UsualTraffic | null =>
    usual.of(keyOf(kind, subjects[kind][0] ?? ''), row.receivedAtMs);
  const find = (transactionId: string): Kept => {
    const kept = byId.get(transactionId);
    if (kept === undefined) throw new RangeError('the order was not added');
    return kept;
  };
  return {
    add: (order) => {
      const kept = keep(order, byId.size + 1);
      byId.set(order.transactionId, kept);
      totals.add(order.transaction, order.receivedAtMs);
      for (const kind of usualKinds) {
        for (const value of kept.subjects[kind]) usual.add(keyOf(kind, value), kept.row);
      }
      keepIn(byBanner, kept.banner, kept);
      if (kept.domain !== undefined) keepIn(byDomain, kept.domain, kept);
      for (const kind of sharedKinds) {
        for (const value of kept.subjects[kind]) {
          keepIn(bySubject, keyOf(kind, value), kept);
        }
      }
    },
    label: (transactionId, kind, atMs) => void find(transactionId).labels.push({ kind, atMs }),
    review: (transactionId, atMs) => {
      find(transactionId).reviewedAtMs = atMs;
    },
    reject: (transactionId, atMs) => {
      find(transactionId).rejectedAtMs = atMs;
    },
    of: (transactionId) => {
      const own = find(transactionId);
      const rows = (kind: SharedKind) => rowsOf(bySubject, kind, own);
      return {
        ...{ card: rows('card'), email: rows('email'), account: rows('account') },
        ...{ device: rows('device'), ip: rows('ip'), bin: rows('bin'), address: rows('address') },
        ...{ house: rows('house'), salesRep: rows('salesRep'), store: rows('store') },
        ...sameGoodsOf(own, bySubject),
        salesRepShare: repShareOf(own, byBanner.get(own.banner) ?? []),
        binDay: binDayOf(own, bySubject.get(keyOf('bin', own.subjects.bin[0] ?? '')) ?? []),
        domain:
          own.domain === undefined ? null : domainPastOf(own.row, byDomain.get(own.domain) ?? []),
        bannerP99: totals.p99Of(own.banner, own.row.receivedAtMs),
        usual: { bin: usualOf('bin', own), ip: usualOf('ip', own), store: usualOf('store', own) },
      };
    },
  };
};
