import { request } from 'undici';
import { screenTransactionType } from '../../workflows/order/messages.js';
import { orderIdKey } from '../../workflows/order/search-attributes.js';
import { signIn } from '../desk/session.js';
import { type Percentiles, percentilesOf } from '../percentiles.js';
import type { Installation } from './installation.js';
import { countInReview } from './open-reviews.js';

/** One view of an operator, and how long it takes among the open reviews. */
export interface Look {
  readonly name: string;
  readonly times: Percentiles;
}

type Ask = () => Promise<unknown>;

const ofOrders = `WorkflowType = '${screenTransactionType}'`;

const temporalLooks = (installation: Installation): Record<string, Ask> => {
  const { temporal } = installation;
  const { namespace } = temporal.options;
  const list = (query: string) => () =>
    temporal.workflowService.listWorkflowExecutions({ namespace, query, pageSize: 100 });
  return {
    'Temporal: list of orders, first page': list(ofOrders),
    'Temporal: list of open orders, first page': list(`${ofOrders} AND ExecutionStatus='Running'`),
    'Temporal: one order by its number': list(`${orderIdKey.name} = 'open-7'`),
    'Temporal: count of orders in review': () => countInReview(installation),
    'Temporal: counts by status': () =>
      temporal.workflow.count(`${ofOrders} GROUP BY ExecutionStatus`),
  };
};

const httpLooks = ({ stack, agent }: Installation): Record<string, Ask> => {
  const ask = (url: string, key?: string) => async () => {
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
    const { statusCode, body } = await request(url, { dispatcher: agent, headers });
    await body.text();
    if (statusCode !== 200) throw new Error(`${new URL(url).pathname} was answered ${statusCode}`);
  };
  const query = encodeURIComponent(`${ofOrders} AND ExecutionStatus='Running'`);
  const { apiUrl, temporalUiUrl, keys } = stack;
  const ui = `${temporalUiUrl}/api/v1/namespaces/default/workflows?query=${query}`;
  return {
    "Temporal's UI: open orders": ask(ui),
    "Temporal's UI: open orders, first hundred": ask(`${ui}&pageSize=100`),
    '`/v1/operations/stuck`': ask(`${apiUrl}/v1/operations/stuck`, keys.operator),
    '`/v1/overview`': ask(`${apiUrl}/v1/overview`, keys.operator),
    '`/v1/cases`, first page': ask(`${apiUrl}/v1/cases?status=open&limit=50`, keys.reviewer),
  };
};

/** Asks for each view, one call after the other. Throws when one fails. */
export const takeLooks = async (
  installation: Installation,
  count: number,
  signal: AbortSignal,
): Promise<Look[]> => {
  const { stack, reviewer, agent } = installation;
  const session = await signIn(stack.apiUrl, reviewer, agent);
  const queue = async () => {
    const { status } = await session.get('/console/queue');
    if (status !== 200) throw new Error(`the queue was answered ${status}`);
  };
  const asks = {
    ...temporalLooks(installation),
    ...httpLooks(installation),
    'console: queue by priority': queue,
  };
  const looks: Look[] = [];
  for (const [name, ask] of Object.entries(asks)) {
    const times: number[] = [];
    for (let call = 0; call < count; call += 1) {
      signal.throwIfAborted();
      const fromMs = performance.now();
      await ask();
      times.push(performance.now() - fromMs);
    }
    looks.push({ name, times: percentilesOf(times) });
  }
  return looks;
};
