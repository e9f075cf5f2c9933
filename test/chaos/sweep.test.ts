import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { transactionIdOfWorkflow } from '../../services/transactions/ids.js';
import {
  expectTryAgain,
  giveVerdict,
  lookUp,
  omsCallsOf,
  reaches,
  workflowIdOf,
} from '../support/flows.js';
import { order } from '../support/orders.js';
import { type Proxy, startProxy } from '../support/proxy.js';
import { type Stack, startStack } from '../support/stack.js';

let stack: Stack;
let proxy: Proxy;

beforeAll(async () => {
  const [host = '', port] = inject('temporalAddress').split(':');
  proxy = await startProxy(host, Number(port));
  stack = await startStack({ TEMPORAL_ADDRESS: `127.0.0.1:${proxy.port}` });
});

afterAll(async () => {
  await stack?.stop();
  await proxy?.close();
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

/** What the rules need of one order can be stored, and not be read. */
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
