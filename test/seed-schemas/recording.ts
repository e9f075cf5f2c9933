import { expect } from 'vitest';
import type { Decision } from '../../contracts/hbc/decision.js';
import { giveVerdict } from '../support/flows.js';
import { makeForgetfulRules } from '../support/rules-file.js';
import { makeSettingsFile } from '../support/settings-file.js';
import { type SimulatorCall, type Stack, startStack } from '../support/stack.js';
import { exampleBody } from '../support/transactions.js';
import { until } from '../support/until.js';
import { diverseOrders, orderIdOf } from './diverse-orders.js';

type Json = Record<string, unknown>;

/** What one order led to: its id, and the bodies that each party received about it. */
export interface Recorded {
  readonly name: string;
  readonly posted: Json;
  readonly transactionId: string;
  readonly customers: readonly Json[];
  readonly risks: readonly Json[];
  readonly checks: readonly Json[];
  /** The path and body of each settlement. */
  readonly settlements: readonly SimulatorCall[];
}

export interface Recording {
  readonly calls: Readonly<Record<'sardine' | 'yleo' | 'oms', readonly SimulatorCall[]>>;
  readonly orders: readonly Recorded[];
  readonly of: (name: string) => Recorded;
}

/** A store whose address is longer than Sardine takes. */
export const ownStore = {
  number: 689,
  banner: 's5a',
  street: `${'s'.repeat(99)}😀 Fifth Avenue`,
  city: 'New York',
  region: 'NY',
  postalCode: '10022',
  country: 'US',
};

/** Room for a busy machine: a partner that is asked too late would not be recorded. */
const budgetMs = 20_000;

/** The shipped settings with a store of ours, and partners that are asked whatever the score. */
const startRecordedStack = async (): Promise<Stack> => {
  const settings = makeSettingsFile({ skipPartnersOnLocalReject: false, stores: [ownStore] });
  const rules = makeForgetfulRules();
  try {
    return await startStack({
      VERDICT_SETTINGS: settings.path,
      VERDICT_RULES: rules.path,
      DECISION_BUDGET_MS: String(budgetMs),
    });
  } finally {
    settings.remove();
    rules.remove();
  }
};

/** Posts an order; what waits for a person is accepted, or rejected when it is `reviewed`. */
const answered = async (stack: Stack, name: string, body: Json): Promise<string> => {
  const reply = await stack.post('/transaction', body);
  expect(reply.status, `${name}: ${reply.text}`).toBe(200);
  const { transactionId } = reply.json as Decision;
  if (reply.headers.get('x-transaction-status') === 'in_review') {
    const verdict = name === 'reviewed' ? 'reject' : 'accept';
    const told = await giveVerdict(stack, transactionId, verdict, 'Looked at by a person.');
    expect(told.status, `${name}: ${told.text}`).toBe(200);
  }
  return transactionId;
};

const aboutOrder = (calls: Recording['calls'], name: string, transactionId: string): Recorded => {
  const sardine = (path: string) =>
    calls.sardine
      .filter((call) => call.path === `/sardine${path}`)
      .map((call) => call.body)
      .filter((body) => (body['transaction'] as Json)['id'] === transactionId);
  return {
    name,
    posted: diverseOrders.get(name) ?? {},
    transactionId,
    customers: sardine('/v1/customers'),
    risks: sardine('/v1/issuing/risks'),
    checks: calls.yleo
      .map((call) => call.body)
      .filter((body) => (body['customerData'] as Json)['alternateId'] === orderIdOf(name)),
    settlements: calls.oms.filter((call) => call.path.includes(`/${orderIdOf(name)}/`)),
  };
};

/** A first order takes longer than a partner is given; what it led to is forgotten. */
const warmUp = async (stack: Stack): Promise<void> => {
  await stack.post('/transaction', exampleBody({ orderId: 'T-warm-up' }));
  for (const partner of ['SARDINE', 'YLEO'] as const) {
    const calls = String(stack.env[`${partner}_URL`]).replace(/(\w+)$/, '_calls/$1');
    await fetch(calls, { method: 'DELETE' });
  }
};

const settledPaths = async (stack: Stack): Promise<ReadonlySet<string>> =>
  new Set((await stack.calls('oms')).map((call) => call.path));

/** Sends the diverse orders through a whole stack until OMS has heard of each. */
export const record = async (): Promise<Recording> => {
  const stack = await startRecordedStack();
  try {
    await warmUp(stack);
    const ids: [string, string][] = [];
    // One after the other: a partner that is busy with another order would not be recorded.
    for (const [name, body] of diverseOrders) ids.push([name, await answered(stack, name, body)]);
    await until('every order is settled', async () => {
      const paths = [...(await settledPaths(stack))];
      return ids.every(([name]) => paths.some((path) => path.includes(`/${orderIdOf(name)}/`)));
    });
    // A workflow ends when nobody is to be told anything more, Sardine's feedback included.
    for (const [, transactionId] of ids) {
      const { rows } = await stack.db.query<{ id: string }>(
        'select workflow_id as id from transactions where transaction_id = $1',
        [transactionId],
      );
      await stack.temporal.workflow.getHandle(rows[0]?.id ?? '').result();
    }
    const calls = {
      sardine: await stack.calls('sardine'),
      yleo: await stack.calls('yleo'),
      oms: await stack.calls('oms'),
    };
    const orders = ids.map(([name, id]) => aboutOrder(calls, name, id));
    const of = (name: string): Recorded => {
      const found = orders.find((order) => order.name === name);
      if (found === undefined) throw new Error(`${name}: no such order`);
      return found;
    };
    return { calls, orders, of };
  } finally {
    await stack.stop();
  }
};
