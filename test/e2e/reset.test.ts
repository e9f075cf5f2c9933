import { randomUUID } from 'node:crypto';
import { WorkflowNotFoundError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TransactionStatus } from '../../contracts/hbc/decision.js';
import {
  decided,
  giveVerdict,
  omsCallsOf,
  reaches,
  withdraw,
  workflowIdOf,
} from '../support/flows.js';
import { order } from '../support/orders.js';
import { finishedTasks, type Reapply, resetIntoReview, resetWorkflow } from '../support/reset.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

type Json = Record<string, unknown>;
type Code = 'accept' | 'reject';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ REVIEW_REMIND_AFTER: '8s' });
});

afterAll(() => stack?.stop());

interface Prepared {
  readonly body: Json;
  readonly transactionId: string;
}

/** A state in which orders are reset, and how they must end. */
interface Story {
  readonly prepare: (body: Json) => Promise<Prepared>;
  readonly tags: string;
  /** Sent after the reset. */
  readonly contrary: Code;
  readonly end: { readonly status: TransactionStatus; readonly outcome: string };
  /** The calls that OMS may have got, by action, whatever it answered. */
  readonly actions: readonly string[];
  /** At most this many workflow tasks end before the reset; one order is reset to each of them. */
  readonly points: number;
}

const inReview = async (body: Json): Promise<Prepared> => {
  const { transactionId } = await decided(stack, body);
  return { body, transactionId };
};
const verdict = async (prepared: Prepared, code: Code): Promise<void> => {
  await until('the verdict is taken', async () => {
    const { status } = await giveVerdict(stack, prepared.transactionId, code);
    return status === 200;
  });
};
const ended = ({ body }: Prepared) =>
  stack.temporal.workflow.getHandle(workflowIdOf(body)).result();

const givenAndEnded = async (prepared: Prepared, code: Code): Promise<Prepared> => {
  await verdict(prepared, code);
  await ended(prepared);
  return prepared;
};

const stories = {
  settled: {
    prepare: async (body) => givenAndEnded(await inReview(body), 'accept'),
    ...{ tags: '+yleo-review', contrary: 'reject', actions: ['process'], points: 7 },
    end: { status: 'processed', outcome: 'accept' },
  },
  rejected: {
    prepare: async (body) => givenAndEnded(await inReview(body), 'reject'),
    ...{ tags: '+yleo-review', contrary: 'accept', actions: ['cancel'], points: 7 },
    end: { status: 'cancelled', outcome: 'reject' },
  },
  automatic: {
    prepare: async (body) => {
      const prepared = await inReview(body);
      await ended(prepared);
      return prepared;
    },
    ...{ tags: '', contrary: 'reject', actions: ['process'], points: 3 },
    end: { status: 'processed', outcome: 'accept' },
  },
  withdrawn: {
    prepare: async (body) => {
      const prepared = await inReview(body);
      await withdraw(stack, prepared.transactionId);
      await ended(prepared);
      return prepared;
    },
    ...{ tags: '+yleo-review', contrary: 'accept', actions: [], points: 4 },
    end: { status: 'withdrawn', outcome: 'review' },
  },
  // OMS has acted, and its answer is lost while the fault lasts.
  unheard: {
    prepare: async (body) => {
      const prepared = await inReview(body);
      await verdict(prepared, 'accept');
      await until('OMS has acted', async () => (await omsCallsOf(stack, body)).length > 0);
      return prepared;
    },
    ...{ tags: '+yleo-review', contrary: 'reject', actions: ['process'], points: 4 },
    end: { status: 'processed', outcome: 'accept' },
  },
  // Refused while the fault lasts, then decided otherwise in a second round.
  refused: {
    prepare: async (body) => {
      const prepared = await inReview(body);
      await reaches(stack, body, 'oms_rejected');
      return prepared;
    },
    ...{ tags: '', contrary: 'accept', actions: ['process', 'cancel'], points: 8 },
    end: { status: 'cancelled', outcome: 'reject' },
  },
} satisfies Record<string, Story>;

const handleOf = ({ body }: Prepared) => stack.temporal.workflow.getHandle(workflowIdOf(body));

/** A verdict by signal, which fails when the workflow has ended already. */
const signal = (prepared: Prepared, recommendationCode: Code) =>
  handleOf(prepared)
    .signal('decision', { recommendationCode })
    .catch((error: unknown) => {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    });

interface Case {
  readonly name: string;
  readonly story: Story;
  readonly prepared: Prepared;
  /** The workflow task to which it is reset. */
  readonly index: number;
  readonly reapply: Reapply;
}

/** Two orders for each event to which a story can be reset: with and without reapply. */
const casesOf = (name: string, story: Story): Promise<Case[]> => {
  const make = async (index: number, reapply: Reapply): Promise<Case> => {
    const body = order({ orderId: `${name}-${randomUUID()}` }, story.tags);
    return { name, story, prepared: await story.prepare(body), index, reapply };
  };
  const indices = Array.from({ length: story.points }, (_, index) => index);
  return Promise.all(indices.flatMap((index) => [make(index, 'with'), make(index, 'without')]));
};

/** Resets an order and sends the opposite verdict. Resolves with OMS's calls before that. */
const resetAndContradict = async ({ name, story, prepared, index, reapply }: Case) => {
  const { length: callsBefore } = await omsCallsOf(stack, prepared.body);
  const tasks = await finishedTasks(handleOf(prepared));
  expect(tasks.length, `${name} has more events than are tried`).toBeLessThanOrEqual(story.points);
  await resetWorkflow(handleOf(prepared), tasks[index] ?? tasks.at(-1), reapply);
  await signal(prepared, story.contrary);
  return callsBefore;
};

const expectEnd = async (one: Case, callsBefore: number): Promise<void> => {
  const { name, story, prepared, index, reapply } = one;
  const { body, transactionId } = prepared;
  const label = `${name}, reset to task ${index} ${reapply} reapply`;
  await until(`${label}: the workflow ends`, async () => {
    return (await handleOf(prepared).describe()).status.name === 'COMPLETED';
  });
  await reaches(stack, body, story.end.status);
  const { json } = await stack.get(`/transaction/${transactionId}`);
  const { decision } = json as { decision: Json };
  expect(decision['recommendationCode'], label).toBe(story.end.outcome);
  const calls = await omsCallsOf(stack, body);
  expect([...new Set(calls.map(({ action }) => action))], label).toEqual(story.actions);
  expect(calls.filter(({ status }) => status === 200).length, label).toBeLessThanOrEqual(1);
  for (const { action, body: sent } of calls) {
    const code = action === 'process' ? 'accept' : 'reject';
    expect(sent.decision.recommendationCode, label).toBe(code);
  }
  if (name !== 'unheard') expect(calls.length, label).toBe(callsBefore);
};

it('however an operator resets an order, OMS never gets an action that its record contradicts', async () => {
  const { refused, ...others } = stories;
  await stack.setFault('oms', { status: 422, path: '/orders/refused-' });
  const inSecondRound = await casesOf('refused', refused);
  await stack.setFault('oms', { status: 503, actsFirst: true, path: '/orders/unheard-' });
  await Promise.all(inSecondRound.map(({ prepared }) => givenAndEnded(prepared, 'reject')));
  const cases = [...inSecondRound];
  for (const [name, story] of Object.entries(others)) cases.push(...(await casesOf(name, story)));
  const callsBefore = await Promise.all(cases.map(resetAndContradict));
  await stack.setFault('oms', undefined);
  await Promise.all(cases.map((one, index) => expectEnd(one, callsBefore[index] ?? 0)));
  await stack.expectPrinted('"settlement_contradicts"');
});

describe('a workflow that was reset into a review that is over', () => {
  it('settles the stored verdict after a recheck signal', async () => {
    await stack.setFault('oms', { status: 503, path: '/orders/called-' });
    const body = order({ orderId: `called-${randomUUID()}` }, '+yleo-review');
    const prepared = await inReview(body);
    await verdict(prepared, 'accept');
    await reaches(stack, body, 'settling');
    await resetIntoReview(handleOf(prepared));
    await stack.setFault('oms', undefined);
    await stack.temporal.workflow.getHandle(workflowIdOf(body)).signal('recheck');
    await reaches(stack, body, 'processed');
    expect(await ended(prepared)).toEqual({ outcome: 'accept', status: 'processed' });
  });

  it('continues in the open round, and accepts the verdict that is meant for it', async () => {
    await stack.setFault('oms', { status: 422, times: 1, path: '/orders/behind-' });
    const body = order({ orderId: `behind-${randomUUID()}` }, '+yleo-review');
    const prepared = await inReview(body);
    await verdict(prepared, 'accept');
    await reaches(stack, body, 'oms_rejected');
    await resetIntoReview(handleOf(prepared));
    await verdict(prepared, 'reject');
    await reaches(stack, body, 'cancelled');
    const calls = await omsCallsOf(stack, body);
    expect(calls.map(({ action, status }) => `${action} ${status}`)).toEqual([
      'process 422',
      'cancel 200',
    ]);
  });

  it('ends by itself with the next reminder, when the order was settled long ago', async () => {
    const body = order({ orderId: `forgotten-${randomUUID()}` }, '+yleo-review');
    const prepared = await givenAndEnded(await inReview(body), 'accept');
    await resetIntoReview(handleOf(prepared));
    expect(await ended(prepared)).toEqual({ outcome: 'accept', status: 'processed' });
    expect((await omsCallsOf(stack, body)).map(({ action }) => action)).toEqual(['process']);
  });
});
