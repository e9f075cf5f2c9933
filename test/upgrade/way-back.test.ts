import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';
import { type EarlierVersion, unpackEarlierVersion } from './earlier-version.js';

/**
 * An installation goes back: API and worker of the previous version take over a database with
 * today's schema, with rows and workflows that today's version made. Later today's version takes
 * over again.
 */

type Json = Record<string, unknown>;

const reviewed = () => order({}, '+sardine-high');

/** Made by today's version, before the way back. */
const orders = {
  settled: order(),
  settling: order(),
  undecided: order(),
  accepted: reviewed(),
  rejected: reviewed(),
  bySignal: reviewed(),
  openAllAlong: reviewed(),
} as const;

/** Made by the previous version. */
const made = { settled: order(), open: reviewed() } as const;

let previous: EarlierVersion;
let stack: Stack;
let answered: string;

const handleOf = (body: Json) => stack.temporal.workflow.getHandle(workflowIdOf(body));

const leaveOpenWork = async (): Promise<void> => {
  const inReview = [orders.accepted, orders.rejected, orders.bySignal, orders.openAllAlong];
  // After a slow answer of OMS no order takes the step that the previous version does not know.
  await stack.setFault('oms', { latencyMs: 1200 });
  await Promise.all([orders.settled, ...inReview].map((body) => decided(stack, body)));
  await reaches(stack, orders.settled, 'processed');
  answered = (await stack.post('/transaction', orders.settled)).text;
  await stack.setFault('oms', { status: 503 });
  await decided(stack, orders.settling);
  await until('the settlement is tried again', async () => {
    const { raw } = await handleOf(orders.settling).describe();
    return (raw.pendingActivities ?? []).some(({ attempt }) => Number(attempt) > 1);
  });
  await stack.worker.end();
  await handleOf(orders.bySignal).signal('decision', {
    ...{ recommendationCode: 'accept', reviewer: 'carol' },
  });
  expectTryAgain(await stack.post('/transaction', orders.undecided));
};

beforeAll(async () => {
  previous = unpackEarlierVersion('previous');
  stack = await startStack();
  await leaveOpenWork();
  await stack.setFault('oms', undefined);
  await stack.changeTo(previous.folder);
});

afterAll(async () => {
  await stack?.stop();
  previous?.remove();
});

const verdictOn = async (body: Json, code: 'accept' | 'reject') => {
  const reply = await giveVerdict(stack, await reaches(stack, body, 'in_review'), code);
  expect(reply.status, reply.text).toBe(200);
};

const callsOf = async (body: Json) =>
  (await omsCallsOf(stack, body))
    .filter(({ status }) => status !== 503)
    .map(({ action, status }) => [action, status]);

/** Waits for the end of an order; gives what OMS was asked to do. */
const endOf = async (body: Json, end: 'processed' | 'cancelled') => {
  await reaches(stack, body, end);
  return (await callsOf(body)).map(([action]) => action);
};

describe('the previous version on the database of this one', () => {
  it('ends the reviews that were open, by a verdict or by a signal that came meanwhile', async () => {
    await verdictOn(orders.accepted, 'accept');
    await verdictOn(orders.rejected, 'reject');
    expect(await endOf(orders.accepted, 'processed')).toEqual(['process']);
    expect(await endOf(orders.rejected, 'cancelled')).toEqual(['cancel']);
    expect(await endOf(orders.bySignal, 'processed')).toEqual(['process']);
  });

  it('decides and settles what was left undecided or unsettled', async () => {
    expect(await endOf(orders.settling, 'processed')).toEqual(['process']);
    expect(await endOf(orders.undecided, 'processed')).toEqual(['process']);
  });

  it('answers a repeat with the same bytes, and new orders', async () => {
    expect((await stack.post('/transaction', orders.settled)).text).toBe(answered);
    expect(await decided(stack, made.settled)).toMatchObject({ recommendationCode: 'accept' });
    expect(await decided(stack, made.open)).toMatchObject({ recommendationCode: 'review' });
    await reaches(stack, made.settled, 'processed');
  });
});

describe('this version, back again', () => {
  beforeAll(() => stack.changeTo());

  it('ends reviews that either version opened', async () => {
    await verdictOn(orders.openAllAlong, 'accept');
    await verdictOn(made.open, 'reject');
    expect(await endOf(orders.openAllAlong, 'processed')).toEqual(['process']);
    expect(await endOf(made.open, 'cancelled')).toEqual(['cancel']);
  });

  it('finds that OMS took each order once and that no workflow failed or was replaced', async () => {
    const processed = [['process', 200]];
    const cancelled = [['cancel', 200]];
    const all = { ...orders, madeSettled: made.settled, madeOpen: made.open };
    const taken: Record<string, unknown> = {};
    const failed: string[] = [];
    for (const [name, body] of Object.entries(all)) {
      taken[name] = await callsOf(body);
      const { events } = await handleOf(body).fetchHistory();
      const isFailed = (events ?? []).some((event) => event.workflowTaskFailedEventAttributes);
      const { raw } = await handleOf(body).describe();
      const { firstRunId, execution } = raw.workflowExecutionInfo ?? {};
      if (isFailed || firstRunId !== execution?.runId) failed.push(name);
    }
    expect(failed).toEqual([]);
    expect(taken).toEqual({
      ...{ settled: processed, settling: processed, undecided: processed },
      ...{ accepted: processed, rejected: cancelled, bySignal: processed },
      ...{ openAllAlong: processed, madeSettled: processed, madeOpen: cancelled },
    });
    expect((await lookUp(stack, orders.settled))?.status).toBe('processed');
    const { json } = await stack.get('/v1/operations/stuck', 'operator');
    expect(json).toMatchObject({ stuck: 0, runs: [], undecided: { waiting: 0 } });
  });

  it('has raised no alarm in any of the processes', () => {
    expect(stack.printed().filter((line) => line.includes('"alarm":'))).toEqual([]);
  });
});
