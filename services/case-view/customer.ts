import type { LabelKind } from '../../contracts/v1/labels.js';
import { type EarlierRow, earlierMax, listEarlierOrders } from '../../db/earlier-orders.js';
import { listLabelledOrders } from '../../db/label-evidence.js';
import type { EarlierEnds } from '../../domain/case/ledger.js';
import { sumAmounts } from '../../domain/money.js';
import { dayMs } from '../../domain/utc-day.js';
import type { Context } from '../context.js';
import { openBody } from '../transactions/records.js';

/** An earlier order of the customer, with the descriptions of its dearest goods. */
export interface EarlierOrder extends Omit<EarlierRow, 'group_id'> {
  readonly goods: readonly string[];
}

/** The customer's earlier orders: the latest few, and how all that were read ended. */
export interface EarlierOrders {
  readonly latest: readonly EarlierOrder[];
  readonly ends: EarlierEnds;
  readonly since: Date | undefined;
  /** Of the accepted ones of a year in the currency of this order; undefined without one. */
  readonly yearTotal: number | undefined;
  readonly total: number;
  /** To the same place by the same card: good, or without a complaint for 90 days. */
  readonly quietAtPlace: number;
}

/** Earlier orders that the page lists with their goods. */
const shownMax = 8;
const goodsShown = 2;
const yearDays = 365;
const quietDays = 90;

const isFraud = (label: LabelKind | null): boolean =>
  label !== null && label !== 'good' && label !== 'dispute';

/** One row for each order: its shipment groups each may carry the total of the whole. */
const byOrder = (rows: readonly EarlierRow[]): EarlierRow[] => {
  const orders = new Map<string, EarlierRow>();
  for (const row of rows) {
    const known = orders.get(row.order_hash);
    const isWorse = isFraud(row.label) || (known?.label ?? null) === null;
    orders.set(row.order_hash, {
      ...(known ?? row),
      amount: Math.max(row.amount, known?.amount ?? 0),
      label: isWorse ? (row.label ?? known?.label ?? null) : (known?.label ?? null),
    });
  }
  return [...orders.values()];
};

const endsOf = (rows: readonly EarlierRow[], isMore: boolean): EarlierEnds => {
  const count = (is: (row: EarlierRow) => boolean): number => rows.filter(is).length;
  return {
    orders: rows.length,
    isMore,
    good: count(({ label }) => label === 'good'),
    fraud: count(({ label }) => isFraud(label)),
    disputes: count(({ label }) => label === 'dispute'),
    rejected: count(({ outcome }) => outcome === 'reject'),
  };
};

const sumOf = (rows: readonly EarlierRow[]): number => sumAmounts(rows.map(({ amount }) => amount));

/** Reads the customer's earlier orders: the account's, or the mailbox's without an account. */
export const readEarlierOrders = async (
  { db, vault }: Context<'vault'>,
  own: { readonly transactionId: string; readonly currency: string; readonly receivedAt: Date },
): Promise<EarlierOrders> => {
  const read = await listEarlierOrders(db, own.transactionId);
  const rows = byOrder(read);
  const since = (days: number): Date => new Date(own.receivedAt.getTime() - days * dayMs);
  const sameCurrency = rows.filter(({ currency }) => currency === own.currency);
  const ofYear = sameCurrency.filter(
    (row) => row.received_at > since(yearDays) && row.outcome === 'accept',
  );
  const shown = rows.slice(0, shownMax);
  const bodies = await listLabelledOrders(
    db,
    shown.map((row) => row.transaction_id),
  );
  const goods = new Map(
    bodies.map(({ transaction_id: id, body }) => [
      id,
      openBody(vault, id, body)
        .items.toSorted((one, other) => other.extendedPrice - one.extendedPrice)
        .slice(0, goodsShown)
        .map(({ description }) => description),
    ]),
  );
  const quiet = rows.filter(
    (row) =>
      row.is_own_place &&
      row.is_own_card &&
      row.outcome !== 'reject' &&
      (row.label === 'good' || (row.label === null && row.received_at < since(quietDays))),
  );
  return {
    latest: shown.map((row) => ({ ...row, goods: goods.get(row.transaction_id) ?? [] })),
    ends: endsOf(rows, read.length >= earlierMax),
    since: rows.at(-1)?.received_at,
    yearTotal: ofYear.length === 0 ? undefined : sumOf(ofYear),
    total: sumOf(sameCurrency),
    quietAtPlace: quiet.length,
  };
};
