import type { Finding, OrderHistory } from './history.js';

/** The rule that counts orders with the same card, total and goods. */
const countsAnother = /\bR45:/;

const answerOf = ({ final }: OrderHistory): string | undefined =>
  final?.repeat?.status === 200 ? final.repeat.body : undefined;

/**
 * Of two orders that are alike, the later one counts the earlier one and never the reverse: an
 * order is decided by what was known when it came, however late and how often it is decided.
 */
export const checkTwins = (orders: readonly OrderHistory[]): Finding[] => {
  const byId = new Map(orders.map((order) => [order.orderId, order]));
  return orders.flatMap((order): Finding[] => {
    const twin = byId.get(order.final?.twinOf ?? '');
    const answers = [answerOf(order), twin && answerOf(twin)];
    if (answers.includes(undefined)) return [];
    const counting = answers.filter((body) => countsAnother.test(body ?? '')).length;
    if (counting === 1) return [];
    const text = `${counting} of it and its twin ${twin?.orderId} count the other`;
    return [{ rule: 'fixed-instant', subject: order.orderId, text }];
  });
};
