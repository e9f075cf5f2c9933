import { afterAll, beforeAll, expect, it } from 'vitest';
import { confirmed } from '../api/confirmed.js';
import { decided } from '../support/flows.js';
import { order } from '../support/orders.js';
import { pauseSchedule, triggerSchedule } from '../support/schedules.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

type Json = Record<string, unknown>;

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.stop());

const textOf = (from: number): string => `rules:
  - id: R1
    name: Large
    cases:
      - when: tx.orderTotal >= ${from}.0
        points: 50
        reason: The order totals {tx.orderTotal}.
`;

const publish = async (text: string): Promise<number> => {
  const draft = await stack.post('/v1/rule-sets/drafts', { name: 'test', text }, 'analyst');
  const { draftId } = draft.json as { draftId: string };
  const path = `/v1/rule-sets/drafts/${draftId}/publication`;
  const reply = await confirmed((more) => stack.post(path, { note: 'a test', ...more }, 'analyst'));
  expect(reply.status, reply.text).toBe(200);
  return (reply.json as { version: number }).version;
};

const inForce = async (): Promise<Json> =>
  (await stack.get('/v1/rule-sets', 'analyst')).json as Json;

const publications = async (): Promise<number> => {
  const { json } = await stack.get('/v1/rule-sets/publications', 'analyst');
  return (json as { publications: unknown[] }).publications.length;
};

const deciding = (version: number) =>
  until(`version ${version} decides`, async () => {
    const { transactionId } = await decided(stack, order());
    const { rows } = await stack.db.query<{ rule_set_version: number }>(
      'select rule_set_version from decisions where transaction_id = $1',
      [transactionId],
    );
    return rows[0]?.rule_set_version === version;
  });

/** Earlier orders that the version in force accepted: copies of one that it has decided. */
const copyOrders = async (transactionId: string, copies: number): Promise<void> => {
  const given = [transactionId, copies];
  await stack.db.query(
    `insert into transactions select (jsonb_populate_record(t, jsonb_build_object(
        'transaction_id', t.transaction_id || n, 'workflow_id', t.workflow_id || n,
        'order_id', t.order_id || n))).*
      from transactions t, generate_series(1, $2) n where t.transaction_id = $1`,
    given,
  );
  await stack.db.query(
    `insert into decisions select (jsonb_populate_record(d, jsonb_build_object(
        'transaction_id', d.transaction_id || n, 'cross_reference', gen_random_uuid()))).*
      from decisions d, generate_series(1, $2) n where d.transaction_id = $1`,
    given,
  );
};

const taskQueue = (): string => stack.env['TEMPORAL_TASK_QUEUE'] ?? '';

const guardNow = () => triggerSchedule(stack.temporal, taskQueue(), 'guard-flags');

it('a version that flags everybody gives way within fifty orders and one run of the guard', async () => {
  // Else the run of a full minute could come between the last orders.
  await pauseSchedule(stack.temporal, taskQueue(), 'guard-flags', 'runs when triggered');
  const policy = { flagGuard: { fallBack: true } };
  await stack.put('/v1/policies/s5a', { policy, note: 'fall back' }, 'analyst');
  const good = await publish(textOf(100_000));
  await deciding(good);
  await copyOrders((await decided(stack, order())).transactionId, 250);
  const bad = await publish(textOf(1));
  await deciding(bad);
  const sinceMs = Date.now();
  for (let sent = 0; sent < 50; sent += 10) {
    const ten = await Promise.all(Array.from({ length: 10 }, () => decided(stack, order())));
    expect(ten.map(({ recommendationCode }) => recommendationCode)).not.toContain('accept');
  }
  await guardNow();
  expect(await inForce()).toMatchObject({ version: good, author: 'system' });
  await deciding(good);
  process.stdout.write(
    `${JSON.stringify({ flaggedEverybodyForMs: Date.now() - sinceMs, orders: 50 })}\n`,
  );
  await stack.expectPrinted('rules_flag_too_many', '"basis":"before"', '"banner":"s5a"');
  await stack.expectPrinted('rules_fell_back', `"from":"${bad}"`, `"to":"${good}"`);

  const before = await publications();
  await guardNow();
  expect(await publications()).toBe(before);
  const path = `/v1/rule-sets/versions/${bad}/publication`;
  const again = await confirmed((more) =>
    stack.post(path, { note: 'we know', ...more }, 'analyst'),
  );
  expect(again.json).toMatchObject({ version: bad, author: 'analyst:local' });
});
