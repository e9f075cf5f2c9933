import type { OrderPlan } from './order-plan.js';
import { sleep, type Storm, untilAnswered } from './storm.js';

/** Puts an order's account on the block list, again until it is answered. */
export const blockAccount = async (storm: Storm, { orderId, body }: OrderPlan): Promise<void> => {
  const entry = {
    ...{ kind: 'account', value: body.customer.accountId, banner: body.banner },
    reason: 'chaos',
  };
  const path = '/v1/lists/block/entries';
  const about = { act: 'block', subject: orderId, role: 'analyst' } as const;
  await untilAnswered(storm, () => storm.client.call({ ...about, path, body: entry }));
};

const labelAfterMs = 2000;

/** Says what became of an order, again until it is answered: the same statement counts once. */
export const labelOrder = async (
  storm: Storm,
  { orderId, body, label }: OrderPlan,
  transactionId: string,
): Promise<void> => {
  if (label === undefined) return;
  await sleep(labelAfterMs, storm.calm);
  const name = `${label}-${orderId}`;
  const today = new Date().toISOString().slice(0, 10);
  const chargeback = { amount: body.orderTotal, currency: body.currencyCode, date: today };
  const statement = {
    ...{ kind: label, transactionId, sourceId: name },
    ...(label === 'chargeback' && { ...chargeback, reason: '10.4' }),
  };
  const asked = { act: 'label', subject: orderId, name, path: '/v1/labels' } as const;
  await untilAnswered(storm, () =>
    storm.client.call({ ...asked, role: 'analyst', body: statement }),
  );
};

const banner = 'bay';
const budgetsFromMs = 1000;
const budgets = 400;

/** Publishes one policy after the other for one banner. */
export const publishPolicies = async (storm: Storm, everyMs: number): Promise<void> => {
  for (let index = 1; ; index += 1) {
    await sleep(everyMs, storm.calm);
    if (storm.calm.aborted) return;
    const name = `chaos policy ${storm.seed} ${index}`;
    const policy = { budgetMs: budgetsFromMs + (index % budgets) };
    const about = { act: 'policy', subject: banner, name, role: 'analyst' } as const;
    const path = `/v1/policies/${banner}`;
    // Publishing the policy that is in force changes nothing, so a second try is no second version.
    await untilAnswered(storm, () =>
      storm.client.call({ ...about, method: 'PUT', path, body: { policy, note: name } }),
    );
  }
};
