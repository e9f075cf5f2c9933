import { join } from 'node:path';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createDataConverter, failureConverterPath } from '../../runtime/data-converter.js';
import { parseKeyring } from '../../runtime/keyring.js';
import { ensureLocalSecrets } from '../../runtime/local-secrets.js';
import { Secret } from '../../runtime/secret.js';
import { backtestWorkflowIdOf } from '../../workflows/backtest/messages.js';
import { type Child, root, startChild } from '../support/child.js';
import { giveVerdict, omsCallsOf, reaches, workflowIdOf } from '../support/flows.js';
import { order } from '../support/orders.js';
import { freePort } from '../support/ports.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';
import { makeChangedVersion } from './changed-version.js';
import type { EarlierVersion } from './earlier-version.js';
import { holdBacktests } from './hold-backtests.js';

/**
 * Two workers of different build ids, under orders and verdicts: today's version, `one`, and `two`,
 * whose workflow has the change that `docs/recipes.md` shows. First a ramp to `two` and back, then
 * the change of the current version and back.
 */

type Json = Record<string, unknown>;

let stack: Stack;
let two: EarlierVersion;
let unguarded: EarlierVersion;
let workerTwo: Child;

const handleOf = (workflowId: string) => stack.temporal.workflow.getHandle(workflowId);
const eventsOf = async (workflowId: string) =>
  (await handleOf(workflowId).fetchHistory()).events ?? [];

/** The build ids of the workers that completed a workflow's tasks, in their order. */
const buildsOf = async (workflowId: string): Promise<readonly string[]> => {
  const builds = (await eventsOf(workflowId)).flatMap(
    ({ workflowTaskCompletedEventAttributes: done }) => done?.deploymentVersion?.buildId ?? [],
  );
  return builds.filter((build, index) => build !== builds[index - 1]);
};

/** Runs `npm run deployment`. Resolves with its output. */
const deployment = async (...words: string[]): Promise<string> => {
  const command = startChild('local/deployment-main.ts', stack.env, root, words);
  await command.ended;
  expect(command.process.exitCode, command.lines.join('\n')).toBe(0);
  return command.lines.join('\n');
};

const sent: Json[] = [];

/** Posts an order whose answer must be 200 at once. */
const post = async (body: Json): Promise<Json> => {
  sent.push(body);
  const reply = await stack.post('/transaction', body);
  expect(reply.status, reply.text).toBe(200);
  return body;
};
const review = () => post(order({}, '+sardine-high'));

const decide = async (body: Json, code: 'accept' | 'reject'): Promise<void> => {
  const reply = await giveVerdict(stack, await reaches(stack, body, 'in_review'), code);
  expect(reply.status, reply.text).toBe(200);
};

/** Orders and accepted reviews in turn, while `work` runs. */
const underLoad = async (work: () => Promise<void>): Promise<void> => {
  const over = new AbortController();
  const orders = async () => {
    do {
      await post(order());
      await decide(await review(), 'accept');
    } while (!over.signal.aborted);
  };
  const working = work().finally(() => over.abort());
  await Promise.all([working, orders(), orders()]);
};

const goesTo = (build: string) =>
  until(`orders go to ${build}`, async () => {
    const body = await post(order());
    return (await firstBuildOf(body)) === build;
  });

/** The version that decided an order: its answer leaves before its first task has ended. */
const firstBuildOf = async (body: Json) => {
  let builds: readonly (string | undefined)[] = [];
  await until('its first task has ended', async () => {
    builds = await buildsOf(workflowIdOf(body));
    return builds.length > 0;
  });
  return builds[0];
};

/** Posts orders until one of all that are sent from now on goes to a version. */
const someGoTo = (build: string) => {
  let seen = sent.length;
  return until(`an order goes to ${build}`, async () => {
    await post(order());
    const fresh = sent.slice(seen);
    const builds = await Promise.all(fresh.map(firstBuildOf));
    seen += fresh.length;
    return builds.includes(build);
  });
};

/** As many orders in a row do not go to a ramp of ten percent by chance. */
const allGoTo = (build: string) =>
  until(`all orders go to ${build}`, async () => {
    for (let count = 0; count < 5; count += 1) {
      if ((await firstBuildOf(await post(order()))) !== build) return false;
    }
    return true;
  });

/** Reviews that wait through changes of the version, by what changes meanwhile. */
const waiting = {} as Record<'intoRamp' | 'outOfRamp' | 'overBoth' | 'thereAndBack', Json>;
/** How orders were shared out while a tenth of them went to `two`. */
const shared: { listed: string; from: number; to: number } = { listed: '', from: 0, to: 0 };
let acceptedAtOnce: Json;
let rejectedByOne: Json;
let rejectedByTwo: Json;
let backtestId: string;
let rampedBacktestId: string;

/** A ramp to `two` and back. */
const ramp = async () => {
  shared.from = sent.length;
  await deployment('ramp', 'two', '10');
  await someGoTo('two');
  shared.listed = await deployment('list');
  shared.to = sent.length;
  await deployment('ramp', 'two', '100');
  await allGoTo('two');
  await decide(waiting.intoRamp, 'accept');
  waiting.outOfRamp = await review();
  const holding = await holdBacktests(stack);
  rampedBacktestId = holding.backtestId;
  await deployment('ramp', 'two', '0');
  await allGoTo('one');
  await decide(waiting.outOfRamp, 'accept');
  await holding.release();
  await handleOf(backtestWorkflowIdOf(rampedBacktestId)).result();
};

beforeAll(async () => {
  two = makeChangedVersion(true);
  unguarded = makeChangedVersion(false);
  // These tests say nothing about the time of an answer.
  stack = await startStack({ WORKER_BUILD_ID: 'one', DECISION_BUDGET_MS: '15000' });
  rejectedByOne = await review();
  await decide(rejectedByOne, 'reject');
  await reaches(stack, rejectedByOne, 'cancelled');
  waiting.overBoth = await review();
  waiting.thereAndBack = await review();
  waiting.intoRamp = await review();
  const env = { ...stack.env, WORKER_BUILD_ID: 'two', METRICS_PORT: String(await freePort()) };
  workerTwo = startChild('worker/main.ts', env, two.folder);
  await workerTwo.printed('"polling"');
  acceptedAtOnce = await post(order());
  await reaches(stack, acceptedAtOnce, 'processed');
  await underLoad(ramp);
  const holding = await holdBacktests(stack);
  backtestId = holding.backtestId;
  await underLoad(async () => {
    await deployment('current', 'two');
    await goesTo('two');
  });
  await decide(waiting.overBoth, 'accept');
  rejectedByTwo = await review();
  await decide(rejectedByTwo, 'reject');
  await reaches(stack, rejectedByTwo, 'cancelled');
  await holding.release();
  await handleOf(backtestWorkflowIdOf(backtestId)).result();
  await underLoad(async () => {
    await deployment('current', 'one');
    await goesTo('one');
  });
  await decide(waiting.thereAndBack, 'accept');
  await workerTwo.end();
});

afterAll(async () => {
  await workerTwo?.end();
  await stack?.stop();
  two?.remove();
  unguarded?.remove();
});

describe('a ramp', () => {
  it('sends a share of the orders to a version, and says so', async () => {
    expect(shared.listed).toMatch(/one +current +90 %/);
    expect(shared.listed).toMatch(/two +ramping +10 %/);
    const builds = await Promise.all(sent.slice(shared.from, shared.to).map(firstBuildOf));
    const { length: ramped } = builds.filter((build) => build === 'two');
    expect(ramped).toBeGreaterThan(0);
    expect(ramped).toBeLessThan(builds.length / 2);
  });

  it('takes a review that waited, and gives one back that began in it', async () => {
    await reaches(stack, waiting.intoRamp, 'processed');
    await reaches(stack, waiting.outOfRamp, 'processed');
    expect(await buildsOf(workflowIdOf(waiting.intoRamp))).toEqual(['one', 'two']);
    expect(await buildsOf(workflowIdOf(waiting.outOfRamp))).toEqual(['two', 'one']);
  });

  it('leaves a backtest on the version that it began on when the ramp ends', async () => {
    expect(await buildsOf(backtestWorkflowIdOf(rampedBacktestId))).toEqual(['two']);
  });
});

describe('a rolling upgrade and the way back', () => {
  it('a review that began under one version ends under the current one', async () => {
    await reaches(stack, waiting.overBoth, 'processed');
    await reaches(stack, waiting.thereAndBack, 'processed');
    expect(await buildsOf(workflowIdOf(waiting.overBoth))).toEqual(['one', 'two']);
    expect(await buildsOf(workflowIdOf(waiting.thereAndBack))).toEqual(['one']);
  });

  it('OMS takes each order once, and no task of an order fails', async () => {
    for (const body of sent) {
      const isRejected = body === rejectedByOne || body === rejectedByTwo;
      await reaches(stack, body, isRejected ? 'cancelled' : 'processed');
      const calls = (await omsCallsOf(stack, body)).map(({ action, status }) => [action, status]);
      expect(calls).toEqual([[isRejected ? 'cancel' : 'process', 200]]);
      const failed = (await eventsOf(workflowIdOf(body))).filter(
        (event) => event.workflowTaskFailedEventAttributes,
      );
      expect(failed).toEqual([]);
    }
  });

  it('an order has as many events as one without versions', async () => {
    expect(await buildsOf(workflowIdOf(acceptedAtOnce))).toEqual(['one']);
    const events = await eventsOf(workflowIdOf(acceptedAtOnce));
    expect(events).toHaveLength(11);
  });

  it('a backtest ends on the version that it began on', async () => {
    expect(await buildsOf(backtestWorkflowIdOf(backtestId))).toEqual(['one']);
    const { json } = await stack.get(`/v1/backtests/${backtestId}`, 'reviewer');
    expect(json).toMatchObject({ state: 'done' });
  });

  it('the command lists the versions, and refuses one that nobody runs', async () => {
    expect(await deployment('list')).toMatch(/one +current +100 %/);
    const command = startChild('local/deployment-main.ts', stack.env, root, ['current', 'three']);
    await command.ended;
    expect(command.process.exitCode).toBe(1);
    expect(command.lines.join('\n')).toContain('Temporal refused');
  });

  it('the API is not ready while no worker of the current version polls', async () => {
    await stack.worker.end();
    await deployment('unversioned');
    const { status, text } = await until('it is told', async () => {
      const reply = await stack.get('/readyz', 'none');
      return reply.status === 503 && reply;
    });
    expect([status, text]).toEqual([503, expect.stringContaining('worker')]);
  });
});

/** The fault of each of the two rejected orders under the workflows of a checkout. */
const replay = async (checkout: string): Promise<readonly (string | undefined)[]> => {
  const logger = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} };
  const workflowsPath = join(checkout, 'workflows');
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, failureConverterPath, logger });
  const secrets = ensureLocalSecrets(inject('varDir'));
  const keys = parseKeyring(new Secret(secrets['PAYLOAD_KEYS'] ?? ''));
  const histories = await Promise.all(
    [rejectedByOne, rejectedByTwo].map(async (body) => ({
      workflowId: workflowIdOf(body),
      history: await handleOf(workflowIdOf(body)).fetchHistory(),
    })),
  );
  const options = { workflowBundle, dataConverter: createDataConverter(keys) };
  const faults: (string | undefined)[] = [];
  for await (const { error } of Worker.runReplayHistories(options, histories)) {
    faults.push(error?.name);
  }
  return faults;
};

describe('the change of a workflow that the recipe shows', () => {
  it('replays the histories from before and after it', async () => {
    expect(await replay(two.folder)).toEqual([undefined, undefined]);
  });

  it('breaks the history from before it when `patched` is forgotten', async () => {
    const [before] = await replay(unguarded.folder);
    expect(before).toBe('DeterminismViolationError');
  });

  it('has made a history that the version before cannot replay', async () => {
    expect(await replay(root)).toEqual([undefined, 'DeterminismViolationError']);
  });
});
