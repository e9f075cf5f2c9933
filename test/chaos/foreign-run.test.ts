import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Client } from '@temporalio/client';
import { Keyring } from '../../runtime/keyring.js';
import { createTemporalClient } from '../../runtime/temporal.js';
import {
  decided,
  expectTryAgain,
  giveVerdict,
  lookUp,
  omsCallsOf,
  reaches,
  workflowIdOf,
} from '../support/flows.js';
import { queuesOf } from '../../temporal/queues.js';
import { transactionIdKey } from '../../workflows/order/search-attributes.js';
import { order } from '../support/orders.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

type Json = Record<string, unknown>;

let stack: Stack;
/** Seals its payloads with a key that no part of Verdict has. */
let stranger: Client;

beforeAll(async () => {
  stack = await startStack();
  stranger = createTemporalClient({
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_NAMESPACE: 'default',
    TEMPORAL_API_KEY: undefined,
    TEMPORAL_TLS: 'false',
    payloadKeys: new Keyring([{ id: 'strange', bytes: Buffer.alloc(32, 3) }]),
  });
});

afterAll(async () => {
  await stranger?.connection.close();
  await stack?.stop();
});

const ownQueues = () => queuesOf(stack.env['TEMPORAL_TASK_QUEUE'] ?? '');

const handleOf = (body: Json) => stack.temporal.workflow.getHandle(workflowIdOf(body));

/** The input of an order's own run. */
const inputOf = async (body: Json): Promise<Json> => {
  const { events } = await handleOf(body).fetchHistory();
  const payloads = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  const [codec] = stack.temporal.options.loadedDataConverter.payloadCodecs;
  const [payload] = (await codec?.decode(payloads)) ?? [];
  return JSON.parse(Buffer.from(payload?.data ?? []).toString()) as Json;
};

interface Beginning {
  readonly client?: Client;
  readonly type?: string;
  readonly queue?: string;
  readonly input: Json;
  readonly memo?: Json;
  /** Has the same search attribute as the order's own run. */
  readonly isMarked?: boolean;
}

/** Starts another run under an order's workflow id, as an operator at a terminal might. */
const begin = (body: Json, { client = stack.temporal, type, queue, input, ...more }: Beginning) =>
  client.workflow.start(type ?? 'screenTransaction', {
    workflowId: workflowIdOf(body),
    taskQueue: queue ?? ownQueues().orders,
    args: [input],
    ...(more.memo && { memo: more.memo }),
    ...(more.isMarked && {
      typedSearchAttributes: [{ key: transactionIdKey, value: String(input['transactionId']) }],
    }),
  });

const kinds: readonly (readonly [string, (body: Json, input: Json, other: Json) => Beginning])[] = [
  ['of a type that nobody knows', (_, input) => ({ type: 'shipOrder', input })],
  ['of another type of ours', () => ({ type: 'drainAifi', input: {} })],
  ['of a type that ends at once', (_, input) => ({ type: 'rehearse', input })],
  [
    'on a queue that nobody polls',
    (_, input) => ({ queue: 'nobody-polls', input, isMarked: true }),
  ],
  [
    'on another queue of ours',
    (_, input) => ({ queue: ownQueues().backtests, input, isMarked: true }),
  ],
  ['with the input of another order', (_body, _input, other) => ({ input: other })],
  [
    'with an id that is not stored',
    (_, input) => ({ input: { ...input, transactionId: 'tx_unknown' } }),
  ],
  ['with half an input', (_, { review: _review, ...input }) => ({ input })],
  ['with an empty input', () => ({ input: {} })],
  ['with an input that no key of ours opens', (_, input) => ({ client: stranger, input })],
  [
    'with a memo that no key of ours opens',
    (_, input) => ({ client: stranger, input, memo: { why: 'a test' } }),
  ],
  ['with the right input and no mark of ours', (_, input) => ({ input })],
];

interface Replaced {
  readonly kind: string;
  readonly body: Json;
  readonly transactionId: string;
}

/** Its own run does not notice: it set its timer when the review began. */
const passDeadline = (transactionId: string) =>
  stack.db.query(
    `update cases set due_at = now() - interval '1 h', opened_at = opened_at - interval '1 h'
     where transaction_id = $1`,
    [transactionId],
  );

/** Orders in review whose own run has ended and whose id a foreign run has. */
const replaced = async (
  beforehand?: (transactionId: string) => Promise<unknown>,
): Promise<{ orders: Replaced[]; other: Replaced }> => {
  const review = async (kind: string): Promise<Replaced> => {
    const body = order({}, '+yleo-review');
    return { kind, body, transactionId: (await decided(stack, body)).transactionId };
  };
  const other = await review('another');
  const inputOfOther = await inputOf(other.body);
  const orders: Replaced[] = [];
  for (const [kind, beginning] of kinds) {
    const found = await review(kind);
    const input = await inputOf(found.body);
    // Before the sweep can reach it: a run that the sweep starts sets its timer by the row.
    await beforehand?.(found.transactionId);
    await handleOf(found.body).terminate('by a test');
    await begin(found.body, beginning(found.body, input, inputOfOther));
    orders.push(found);
  }
  return { orders, other };
};

const actions = async (body: Json) => (await omsCallsOf(stack, body)).map(({ action }) => action);

const ends = async (orders: readonly Replaced[], status: 'processed' | 'cancelled') => {
  const ended = async ({ kind, body }: Replaced) => {
    await reaches(stack, body, status);
    return [kind, await actions(body)];
  };
  const action = status === 'processed' ? 'process' : 'cancel';
  expect(await Promise.all(orders.map(ended))).toEqual(orders.map(({ kind }) => [kind, [action]]));
};

const causes = async (): Promise<string[]> => {
  const { json } = await stack.get('/v1/operations/stuck', 'operator');
  const { runs } = json as { runs: { cause: string; freedAt: string | null }[] };
  return runs.filter(({ freedAt }) => freedAt !== null).map(({ cause }) => cause);
};

describe("a run under an order's id that is not the order's", () => {
  it('is ended by the verdict that meets it, which is then accepted; OMS is called once', async () => {
    const { orders, other } = await replaced();
    for (const { kind, transactionId } of orders) {
      await until(`the verdict is taken: ${kind}`, async () => {
        const reply = await giveVerdict(stack, transactionId, 'accept');
        if (reply.status !== 200) expectTryAgain(reply);
        return reply.status === 200;
      });
    }
    await ends(orders, 'processed');
    expect((await lookUp(stack, other.body))?.status).toBe('in_review');
    await stack.expectPrinted('"workflow_stuck"');
    const all = ['OTHER_TYPE', 'UNSERVED_QUEUE', 'UNREADABLE_INPUT', 'OTHER_TRANSACTION_ID'];
    expect(await causes()).toEqual(expect.arrayContaining(all));
  });

  it('is ended by the sweep, and the deadline of the order acts', async () => {
    const { orders, other } = await replaced(passDeadline);
    await stack.db.query(`update sweeps set began_at = 'epoch', after_at = null, after_id = null`);
    await ends(orders, 'cancelled');
    expect((await lookUp(stack, other.body))?.status).toBe('in_review');
  });

  it('does not keep a new order from being decided', async () => {
    const body = order();
    await begin(body, { queue: 'nobody-polls', input: {} });
    expectTryAgain(await stack.post('/transaction', body));
    await stack.db.query(
      `update transactions set received_at = received_at - interval '1 min' where order_id = $1`,
      [body['orderId']],
    );
    await reaches(stack, body, 'processed');
    expect(await actions(body)).toEqual(['process']);
  });
});
