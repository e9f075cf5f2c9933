import type { Finding, OrderHistory } from './history.js';
import { isYes } from './history.js';

const idIn = (body: string): string => {
  try {
    return String((JSON.parse(body) as { transactionId?: unknown }).transactionId);
  } catch {
    return 'none';
  }
};

/** Every 200 is still there with the same body, and an order has one transaction. */
export const checkAnswers = (order: OrderHistory): Finding[] => {
  const { orderId: subject, posts, final } = order;
  const findings: Finding[] = [];
  const find = (rule: string, text: string) => findings.push({ rule, subject, text });
  const answered = posts.filter(isYes);
  const bodies = new Set(answered.map(({ body }) => body));
  if (bodies.size > 1) find('same-answer', `it was answered in ${bodies.size} ways`);
  const refused = posts.find(({ status }) => status !== null && status >= 400 && status < 500);
  if (refused) find('same-answer', `a repeat was refused with ${refused.status}`);
  if (final === undefined) {
    find('answer-kept', 'nobody looked at it after the storm');
    return findings;
  }
  if (answered.length > 0 && !final.known) find('answer-kept', 'it was answered and is unknown');
  if (final.repeat === null) return findings;
  if (final.repeat.status !== 200) {
    find('answer-kept', `a repeat after the storm was answered ${final.repeat.status}`);
  } else if (answered.length > 0 && !bodies.has(final.repeat.body)) {
    find('answer-kept', 'a repeat after the storm got another body');
  } else if (idIn(final.repeat.body) !== final.transactionId) {
    find('one-decision', 'its answer names another transaction');
  }
  return findings;
};

/** No two orders share a transaction. */
export const checkTransactionIds = (orders: readonly OrderHistory[]): Finding[] => {
  const owners = new Map<string, string>();
  return orders.flatMap(({ orderId: subject, final }): Finding[] => {
    if (final === undefined || !final.known) return [];
    const other = owners.get(final.transactionId);
    owners.set(final.transactionId, subject);
    if (other === undefined) return [];
    return [{ rule: 'one-decision', subject, text: `it shares its transaction with ${other}` }];
  });
};
