import type { LabelFlag, LabelKind, LabelStatement } from '../../contracts/v1/labels.js';
import type { LabelledOrder } from '../../db/label-candidates.js';

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
