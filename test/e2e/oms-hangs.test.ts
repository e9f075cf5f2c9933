import { afterAll, beforeAll, expect, it } from 'vitest';
import { decided, giveVerdict, omsCallsOf, reaches } from '../support/flows.js';
import { order } from '../support/orders.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack?.stop());

/** More orders than a worker has slots for any kind of step. */
const hangingOrders = 130;

/** As soon as Postgres holds a verdict, no end of its workflow can lose it. */
const storedWithinMs = 2000;

const verdictsOf = async (transactionId: string): Promise<number> => {
  const { rows } = await stack.db.query<{ count: number }>(
    'select count(*)::int as count from verdicts where transaction_id = $1',
    [transactionId],
  );
  return rows[0]?.count ?? 0;
};

it('while OMS hangs, however many orders wait for it, verdicts and withdrawals are stored at once', async () => {
  const reviewed = order({}, '+yleo-review');
  const withdrawn = order({}, '+yleo-review');
  const { transactionId } = await decided(stack, reviewed);
  const other = await decided(stack, withdrawn);
  await stack.setFault('oms', { connection: 'hang' });
  for (let sent = 0; sent < hangingOrders; sent += 10) {
    await Promise.all(Array.from({ length: 10 }, () => decided(stack, order())));
  }
  await until('every slot of settlement hangs', async () => {
    const hanging = (await stack.calls('oms')).filter(({ status }) => status === null);
    return hanging.length >= 60;
  });
  expect((await giveVerdict(stack, transactionId, 'accept')).status).toBe(200);
  const { status } = await stack.post(`/v1/transactions/${other.transactionId}/withdrawal`, {});
  expect(status).toBe(200);
  const isStored = async () => (await verdictsOf(transactionId)) === 1;
  await Promise.all([
    until('the verdict is stored', isStored, storedWithinMs),
    reaches(stack, withdrawn, 'withdrawn', storedWithinMs),
  ]);
  await stack.setFault('oms', undefined);
  await reaches(stack, reviewed, 'processed');
  const calls = await omsCallsOf(stack, reviewed);
  expect(calls.filter(({ status: told }) => told === 200)).toHaveLength(1);
});
