import type { LabelFlag, LabelKind, LabelStatement } from '../../contracts/v1/labels.js';
import type { LabelledOrder } from '../../db/label-candidates.js';
import { dayMs } from '../../domain/utc-day.js';

/** A fault of a statement against its order or the clock. */
export interface StatementFault {
  /** The statement's index in the request. */
  readonly index: number;
  readonly field: keyof LabelStatement;
  readonly error: 'unknown_transaction' | 'invalid_date';
  /** The fault, worded to follow the field's path. */
  readonly message: string;
}

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** Whether `date` also served to find the order, so may be off by some days. */
const isAlsoOrderDay = (given: LabelStatement): boolean =>
  given.transactionId === undefined && given.orderId === undefined && given.orderDate === undefined;

/** The earliest day that a label may have: the order's, or an earlier one that it was found by. */
const firstDay = ({ orderId, transactionId, orderDate }: LabelStatement, order: LabelledOrder) => {
  const day = dayOf(order.received_at);
  const isByCard = orderId === undefined && transactionId === undefined;
  return isByCard && orderDate !== undefined && orderDate < day ? orderDate : day;
};

/**
 * The fault of a label's day, which must be between its order's day and tomorrow in UTC; undefined
 * when it is valid. A day that also served to find the order is not checked.
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
  const isUnchanged = kind === kept && (fraud === undefined || fraud === (kept === 'chargeback'));
  return isUnchanged ? [] : [`stored_as_${kept}`];
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

/** Flags of an accepted statement that look odd, given the kind it is stored as. */
export const flagStatement = (
  statement: LabelStatement,
  kept: LabelKind,
  order: LabelledOrder | undefined,
): LabelFlag[] => [...kindFlags(statement, kept), ...moneyFlags(statement, order)];
