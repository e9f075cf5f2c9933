import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectTryAgain, lookUp, reaches } from '../support/flows.js';
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
  it('an order whose row cannot be opened does not keep back those behind it', async () => {
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
    await reaches(stack, whole, 'processed', 45_000);
    expect((await lookUp(stack, broken))?.status).toBe('deciding');
    await stack.worker.printed('"alarm":"decision_late"');
  });
});
