import type { LabelFlag, LabelKind, LabelStatement } from '../../contracts/v1/labels.js';
import type { LabelledOrder } from '../../db/label-candidates.js';
import { dayMs } from '../../domain/utc-day.js';

/** A statement that its order, or our clock, contradicts. */
export interface StatementFault {
  /** The statement's place in the request. */
  readonly index: number;
  readonly field: keyof LabelStatement;
  readonly error: 'unknown_transaction' | 'invalid_date';
  /** What is wrong, in words that go on after the field's path. */
  readonly message: string;
}

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** Whether `date` is the day of the order too, as near as the caller knows it. */
const isAlsoOrderDay = (given: LabelStatement): boolean =>
  given.transactionId === undefined && given.orderId === undefined && given.orderDate === undefined;

/** The first day that a label may have: the order's, or the one that it was found by. */
const firstDay = ({ orderId, transactionId, orderDate }: LabelStatement, order: LabelledOrder) => {
  const day = dayOf(order.received_at);
  const isByCard = orderId === undefined && transactionId === undefined;
  return isByCard && orderDate !== undefined && orderDate < day ? orderDate : day;
};

/**
 * A label's day lies between its order's day and tomorrow, in UTC; undefined when it does. A day
 * that the order was looked for by lies as near to the order as the caller asked for.
 */
export const dayFault = (
  statement: LabelStatement,
  order: LabelledOrder | undefined,
  now: Date,
): string | undefined => {
  const { date } = statement;
  if (date === undefined || isAlsoOrderDay(statement)) return undefined;
  if (date > dayOf(new Date(now.getTime() + dayMs))) return 'must not lie after tomorrow (UTC)';
  return order !== undefined && date < firstDay(statement, order)
    ? "must not lie before the order's day (UTC)"
    : undefined;
};

const kindFlags = ({ kind, fraud }: LabelStatement, kept: LabelKind): LabelFlag[] => {
  if (kept !== 'chargeback' && kept !== 'dispute') return [];
  const isAsSaid = kind === kept && (fraud === undefined || fraud === (kept === 'chargeback'));
  return isAsSaid ? [] : [`stored_as_${kept}`];
};

const moneyFlags = (
  { amount, currency }: LabelStatement,
  order: LabelledOrder | undefined,
): LabelFlag[] => {
  if (currency === undefined || order === undefined || order.currency === null) return [];
  if (currency !== order.currency) return ['other_currency'];
  const highest = Math.max(order.amount ?? 0, order.authorized_amount ?? 0);
  return amount !== undefined && amount > highest ? ['amount_above_order'] : [];
};

/** What is odd about a statement that was taken all the same, and kept as this kind. */
export const flagStatement = (
  statement: LabelStatement,
  kept: LabelKind,
  order: LabelledOrder | undefined,
): LabelFlag[] => [...kindFlags(statement, kept), ...moneyFlags(statement, order)];
