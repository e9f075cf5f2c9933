import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { transactionIdOfWorkflow } from '../../services/transactions/ids.js';
import {
  decided,
  expectTryAgain,
  giveVerdict,
  lookUp,
  omsCallsOf,
  reaches,
  workflowIdOf,
} from '../support/flows.js';
import { order } from '../support/orders.js';
import { type Proxy, startProxy } from '../support/proxy.js';
import { resetIntoReview } from '../support/reset.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

type Json = Record<string, unknown>;

let stack: Stack;
let proxy: Proxy;

beforeAll(async () => {
  const [host = '', port] = inject('temporalAddress').split(':');
  proxy = await startProxy(host, Number(port));
  stack = await startStack({ TEMPORAL_ADDRESS: `127.0.0.1:${proxy.port}` });
});

afterEach(() => stack.setFault('oms', undefined));

afterAll(async () => {
  await stack?.stop();
  await proxy?.close();
});

const terminate = (body: Json) =>
  stack.temporal.workflow.getHandle(workflowIdOf(body)).terminate('by a test');

/** Makes an order look as if it had waited for an hour, so that the next sweep takes it. */
const makeOld = async (transactionId: string): Promise<void> => {
  const { db } = stack;
  await db.query(
    `update transactions set updated_at = updated_at - interval '1 h' where transaction_id = $1`,
    [transactionId],
  );
  await db.query(`update cases set due_at = now() - interval '1 h' where transaction_id = $1`, [
    transactionId,
  ]);
};

const actions = async (body: Json) => (await omsCallsOf(stack, body)).map(({ action }) => action);

const verdictIsTaken = (transactionId: string, verdict: 'accept' | 'reject') =>
  until('the verdict is taken', async () => {
    const { status } = await giveVerdict(stack, transactionId, verdict);
    expect([200, 503]).toContain(status);
    return status === 200;
  });

describe('an order whose workflow an operator has terminated', () => {
  it('in review: the next verdict restarts it and is accepted, once', async () => {
    const body = order({}, '+yleo-review');
    const { transactionId } = await decided(stack, body);
    await terminate(body);
    await verdictIsTaken(transactionId, 'accept');
    await reaches(stack, body, 'processed');
    expect(await actions(body)).toEqual(['process']);
    await stack.expectPrinted('"workflow_missing"');
  });

  it('after OMS refused: it restarts in the same round, and accepts either verdict', async () => {
    await stack.setFault('oms', { status: 422, times: 1 });
    const body = order();
    const { transactionId } = await decided(stack, body);
    await reaches(stack, body, 'oms_rejected');
    await terminate(body);
    await verdictIsTaken(transactionId, 'reject');
    await reaches(stack, body, 'cancelled');
    expect(await actions(body)).toEqual(['process', 'cancel']);
  });
});

describe('an order whose workflow an operator has terminated, when a new worker sweeps', () => {
  const overdue = order({}, '+yleo-review');
  const settling = order({}, '+yleo-review');
  const reset = order({}, '+yleo-review');
  const settled = order();

  const isSettling = async (body: Json): Promise<string> => {
    const { transactionId } = await decided(stack, body);
    expect((await giveVerdict(stack, transactionId, 'accept')).status).toBe(200);
    await reaches(stack, body, 'settling');
    return transactionId;
  };

  beforeAll(async () => {
    const ids = [(await decided(stack, settled)).transactionId];
    await reaches(stack, settled, 'processed');
    await stack.temporal.workflow.getHandle(workflowIdOf(settled)).result();
    await stack.setFault('oms', { status: 503 });
    ids.push((await decided(stack, overdue)).transactionId);
    ids.push(await isSettling(settling), await isSettling(reset));
    await terminate(overdue);
    await terminate(settling);
    await resetIntoReview(stack.temporal.workflow.getHandle(workflowIdOf(reset)));
    await stack.setFault('oms', undefined);
    for (const id of ids) await makeOld(id);
    await stack.restartWorker();
  });

  it('in review and overdue: the sweep restarts it, and the deadline acts', async () => {
    await reaches(stack, overdue, 'cancelled');
    expect(await actions(overdue)).toEqual(['cancel']);
  });

  it('while OMS was down: the sweep restarts it, and the accepted verdict is settled', async () => {
    await reaches(stack, settling, 'processed');
    const calls = await omsCallsOf(stack, settling);
    expect(calls.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(calls.map(({ key }) => key)).size).toBe(1);
  });

  it('and somebody has reset to before its verdict: the sweep has it settled all the same', async () => {
    await reaches(stack, reset, 'processed');
    expect(new Set(await actions(reset))).toEqual(new Set(['process']));
  });

  it('after it was settled: nothing is done again', async () => {
    const { transactionId } = await decided(stack, settled);
    expect((await giveVerdict(stack, transactionId, 'accept')).status).toBe(200);
    expect(await actions(settled)).toEqual(['process']);
  });
});

describe('the sweep', () => {
  it('an order whose row cannot be decrypted does not block those after it', async () => {
    await proxy.cut();
    const [broken, whole] = [order(), order()];
    const replies = await Promise.all([broken, whole].map((b) => stack.post('/transaction', b)));
    replies.forEach(expectTryAgain);
    await stack.db.query(
      `update transactions set body = set_byte(body, length(body) - 1, 0) || '\\x00'::bytea,
         received_at = received_at - interval '90 s' where order_id = $1`,
      [broken['orderId']],
    );
    await stack.db.query(
      `update transactions set received_at = received_at - interval '60 s' where order_id = $1`,
      [whole['orderId']],
    );
    await proxy.heal();
    await reaches(stack, whole, 'processed');
    expect((await lookUp(stack, broken))?.status).toBe('deciding');
    await stack.worker.printed('"alarm":"decision_late"');
  });
});

/** The order can be stored, but the data that its rules need cannot be read. */
const spoilHistoryOf = (transactionId: string) =>
  stack.db.query(`
    create function spoil() returns trigger language plpgsql as $$
      begin new.other_keys = '{"card": 1}'; return new; end $$;
    create trigger spoil before insert on order_history for each row
      when (new.transaction_id = '${transactionId}') execute function spoil()`);

describe('an order that a fault of ours prevents from being scored', () => {
  it('goes to a person, whose verdict is carried out', async () => {
    const body = order();
    const transactionId = transactionIdOfWorkflow(workflowIdOf(body));
    await spoilHistoryOf(transactionId);
    expectTryAgain(await stack.post('/transaction', body));
    await reaches(stack, body, 'in_review');
    const decisions = 'select errored_rules from decisions where transaction_id = $1';
    const { rows } = await stack.db.query(decisions, [transactionId]);
    expect(rows).toMatchObject([{ errored_rules: [{ id: 'score' }] }]);
    await stack.expectPrinted('"alarm":"rule_errored"');
    expect((await stack.post('/transaction', body)).status).toBe(200);
    expect((await giveVerdict(stack, transactionId, 'accept')).status).toBe(200);
    await reaches(stack, body, 'processed');
    expect((await omsCallsOf(stack, body)).map(({ action }) => action)).toEqual(['process']);
  });
});
