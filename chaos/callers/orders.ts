import { blockAccount, labelOrder } from './analysts.js';
import { reviewOrder, workflowIdOf } from './reviewers.js';
import { type OrderPlan, planOrder } from './order-plan.js';
import { sleep, type Storm, untilAnswered } from './storm.js';

/** Posts an order like OMS. Returns the answer's text; undefined when none came. */
const postOrder = async (
  storm: Storm,
  { orderId, isPatient }: OrderPlan,
  body: string,
): Promise<string | undefined> => {
  const asked = { act: 'post_order', subject: orderId, path: '/transaction', role: 'oms' } as const;
  const send = () => storm.client.call({ ...asked, body });
  const answer = isPatient ? await untilAnswered(storm, send) : await send();
  return answer?.status === 200 ? answer.body : undefined;
};

const pushSuspicions = async (storm: Storm, { orderId, body, pushes }: OrderPlan) => {
  for (let index = 0; index < pushes; index += 1) {
    const name = `push-${orderId}-${index}`;
    const at = new Date().toISOString();
    const push = {
      sessionId: name,
      session: { sessionId: name, sessionToken: name, suspectedFraud: false, status: 'active' },
      customer: { externalId: body.customer.accountId, id: name, role: 'customer' },
      ...{ storeId: 1, timeOfOrigin: at, timeOfIssue: at },
    };
    const asked = { act: 'push', subject: orderId, name, role: 'aifi' } as const;
    const path = '/api/push/suspected-fraud';
    await untilAnswered(storm, () => storm.client.call({ ...asked, path, body: push }));
  }
};

/** The whole life of one order, as its callers see it. */
const liveThrough = async (storm: Storm, plan: OrderPlan): Promise<void> => {
  if (plan.isBlocked) await blockAccount(storm, plan);
  const text = JSON.stringify(plan.body);
  const answers = await Promise.all(
    Array.from({ length: plan.callers }, () => postOrder(storm, plan, text)),
  );
  const answer = answers.find((one) => one !== undefined);
  if (answer === undefined) return;
  if (plan.repeatAfterMs !== undefined) {
    await sleep(plan.repeatAfterMs, storm.calm);
    await postOrder(storm, plan, text);
  }
  const decision = JSON.parse(answer) as { recommendationCode: string; transactionId: string };
  const labelled = labelOrder(storm, plan, decision.transactionId);
  if (decision.recommendationCode === 'review') {
    await Promise.all([pushSuspicions(storm, plan), reviewOrder(storm, plan, answer)]);
  }
  await labelled;
};

/** Places orders at a steady rate until the storm is over. Returns their plans. */
export const placeOrders = async (storm: Storm, perSecond: number): Promise<OrderPlan[]> => {
  const plans: OrderPlan[] = [];
  const lives: Promise<void>[] = [];
  const startMs = performance.now();
  while (!storm.calm.aborted) {
    const plan = planOrder(storm.seed, plans.length, new Date());
    plans.push(plan);
    storm.workflows.set(plan.orderId, workflowIdOf(plan));
    lives.push(liveThrough(storm, plan));
    const dueMs = startMs + (plans.length * 1000) / perSecond;
    await sleep(Math.max(0, dueMs - performance.now()), storm.calm);
  }
  await Promise.all(lives);
  return plans;
};
