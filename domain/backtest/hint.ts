import type { BacktestResult, NewBacktest } from '../../contracts/v1/backtests.js';

/** Reported as missing for an order whose policy is unknown. It is no fact of the rule language. */
const policyFact = 'policy.version';

/** More names than these would hide the advice. */
const namesMax = 5;

const ordersText = (orders: number): string => (orders === 1 ? '1 order' : `${orders} orders`);

const namesText = (names: readonly string[]): string => {
  const rest = names.length - namesMax;
  const shown = names.slice(0, namesMax).join(', ');
  return rest > 0 ? `${shown} and ${rest} more` : shown;
};

/**
 * Explains which orders a backtest could not compare, why, and what helps; null when it compared
 * all.
 */
export const hintOf = (
  { orders, notEvaluable }: Pick<BacktestResult, 'orders' | 'notEvaluable'>,
  facts: NewBacktest['facts'],
): string | null => {
  if (notEvaluable.orders === 0) return null;
  const all = ordersText(orders + notEvaluable.orders);
  const count = `${notEvaluable.orders} of ${all} could not be compared: `;
  const names = notEvaluable.facts.map(({ fact }) => fact).filter((fact) => fact !== policyFact);
  const isPolicyGone = names.length < notEvaluable.facts.length;
  const causes = [
    ...(names.length > 0
      ? [`their decisions lack the fact${names.length > 1 ? 's' : ''} ${namesText(names)}`]
      : []),
    ...(isPolicyGone ? ['the policy that they name is not known any more'] : []),
  ];
  const advice =
    names.length > 0 && facts === 'stored'
      ? '; run it again with "facts": "recomputed", which computes them from the orders'
      : '';
  return `${count}${causes.join(', or ')}${advice}.`;
};
