import { randomBytes, randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { connectNow } from '../../runtime/temporal.js';
import { signalVerdict } from '../callers/reviewers.js';
import { sleep } from '../callers/storm.js';
import type { Begun, Fault, Target } from './fault.js';
import { signalPart } from './processes.js';

const namespace = 'default';
const timeoutMs = 4000;

/** Runs `act` with a client of Temporal itself, not through the proxy. */
const withTemporal = async <T>(
  { stack }: Target,
  act: (client: Client) => Promise<T>,
): Promise<T> => {
  const address = stack.temporalAddress;
  const connection = await connectNow({ address, connectTimeout: timeoutMs });
  try {
    const client = new Client({ connection, namespace });
    return await connection.withDeadline(Date.now() + timeoutMs, () => act(client));
  } finally {
    await connection.close();
  }
};

/** Orders whose latest posts are at most this old are likely to be under way. */
const recentMs = 30_000;

/** Workflow ids of some orders that were posted lately. */
const recentWorkflows = ({ recorder, random, workflows }: Target, count: number): string[] => {
  const sinceMs = recorder.now() - recentMs;
  const ids = new Set<string>();
  for (const entry of recorder.entries.slice(-400)) {
    if (entry.type !== 'call' || entry.act !== 'post_order' || entry.sentMs < sinceMs) continue;
    const id = workflows.get(entry.subject);
    if (id !== undefined) ids.add(id);
  }
  return random.shuffled([...ids]).slice(0, count);
};

type Act = (client: Client, workflowId: string, target: Target) => Promise<void>;

const onWorkflows =
  (act: Act) =>
  async (target: Target): Promise<Begun> => {
    const ids = recentWorkflows(target, target.random.whole(1, 4));
    const hit: string[] = [];
    await withTemporal(target, async (client) => {
      for (const id of ids) {
        // One that has ended, or has not begun, is left alone.
        const done = await act(client, id, target).then(
          () => true,
          () => false,
        );
        if (done) hit.push(id);
      }
    });
    if (hit.length === 0) throw new Error('no workflow was there');
    return { detail: hit.join(' ') };
  };

/** What the server does with the messages that came after the point of a reset. */
const reapply = { all: 3, none: 2 } as const;

type ResetRequest = Parameters<Client['workflowService']['resetWorkflowExecution']>[0];

interface ResetOptions {
  readonly messages: keyof typeof reapply;
  /** The workflow task to go back to, of those that have ended. */
  readonly choose: (ends: readonly number[]) => number | undefined;
}

const resetTo = async (
  client: Client,
  workflowId: string,
  { messages, choose }: ResetOptions,
): Promise<void> => {
  const handle = client.workflow.getHandle(workflowId);
  const { runId } = await handle.describe();
  const { events } = await handle.fetchHistory();
  const ends = (events ?? [])
    .filter((event) => event.workflowTaskCompletedEventAttributes)
    .map(({ eventId }) => Number(eventId));
  const workflowTaskFinishEventId = choose(ends);
  if (workflowTaskFinishEventId === undefined) throw new Error('there is nothing to go back to');
  const request = {
    ...{ namespace, workflowExecution: { workflowId, runId }, reason: 'chaos' },
    ...{ requestId: randomUUID(), resetReapplyType: reapply[messages] },
    workflowTaskFinishEventId,
  };
  // The SDK's type wants its own class of numbers and its encoder takes plain ones.
  await client.workflowService.resetWorkflowExecution(request as unknown as ResetRequest);
};

const resetOf =
  (messages: ResetOptions['messages']): Act =>
  (client, workflowId, { random }) =>
    resetTo(client, workflowId, { messages, choose: (ends) => random.pick(ends) });

/** Reviews that had a verdict lately. */
const decidedReviews = ({ recorder, random }: Target, count: number): string[] => {
  const sinceMs = recorder.now() - recentMs;
  const ids = new Set<string>();
  for (const entry of recorder.entries.slice(-400)) {
    const isVerdict = entry.type === 'call' && entry.act === 'verdict' && entry.status === 200;
    if (isVerdict && entry.sentMs >= sinceMs) ids.add(entry.subject);
  }
  return random.shuffled([...ids]).slice(0, count);
};

/**
 * An operator goes back to before a verdict, drops it, and gives another one: the workflow then
 * remembers what nobody stored.
 */
const decideAgain = async (target: Target): Promise<Begun> => {
  const { random, recorder, workflows } = target;
  const hit: string[] = [];
  for (const orderId of decidedReviews(target, 3)) {
    const workflowId = workflows.get(orderId) ?? '';
    const reset = (client: Client) =>
      resetTo(client, workflowId, { messages: 'none', choose: (ends) => ends[1] });
    const isReset = await withTemporal(target, reset).then(
      () => true,
      () => false,
    );
    if (!isReset) continue;
    hit.push(workflowId);
    const outcome = random.pick(['accept', 'reject'] as const);
    const name = `${orderId}-again${recorder.now()}`;
    await signalVerdict(target, { orderId, workflowId, name, outcome });
  }
  if (hit.length === 0) throw new Error('no decided review was there');
  return { detail: hit.join(' ') };
};

const activityQueue = 2;

const setRate = (target: Target, taskQueue: string, perSecond: number | null) =>
  withTemporal(target, async ({ workflowService }) => {
    await workflowService.updateTaskQueueConfig({
      ...{ namespace, taskQueue, identity: 'chaos', taskQueueType: activityQueue },
      updateQueueRateLimit: {
        reason: 'chaos',
        ...(perSecond !== null && { rateLimit: { requestsPerSecond: perSecond } }),
      },
    });
  });

const pausedQueues = ['fraud-settle', 'fraud-again', 'fraud-alerts'];

const pauseQueue = async (target: Target): Promise<Begun> => {
  const queue = target.random.pick(pausedQueues);
  await setRate(target, queue, 0);
  return { detail: queue, heal: () => liftRate(target, queue) };
};

const healTries = 20;

/** Temporal itself may be away just then. */
const liftRate = async (target: Target, queue: string): Promise<void> => {
  for (let tries = 0; tries < healTries; tries += 1) {
    const isDone = await setRate(target, queue, null).then(
      () => true,
      () => false,
    );
    if (isDone) return;
    await sleep(500, target.end);
  }
  throw new Error(`the pause of ${queue} cannot be ended`);
};

const rotated = ['PAYLOAD_KEYS', 'CARD_TOKEN_KEYS'] as const;

/** Both steps of the documents: first every process reads the new key, then they write with it. */
const rotateKey = async ({ stack, random, end }: Target): Promise<Begun> => {
  const name = random.pick(rotated);
  const before = stack.env[name] ?? '';
  const fresh = `chaos-${randomBytes(4).toString('hex')}:${randomBytes(32).toString('base64')}`;
  for (const value of [`${before},${fresh}`, `${fresh},${before}`]) {
    stack.env[name] = value;
    for (const part of ['api', 'worker'] as const) signalPart(part, 'SIGTERM');
    await sleep(1000, end);
    for (let tries = 0; tries < 60 && !(await stack.isReady()); tries += 1) await sleep(500, end);
  }
  return { detail: name };
};

/** What operators do to running work. */
export const operatorFaults: readonly Fault[] = [
  {
    name: 'terminate workflows',
    begin: onWorkflows(async (client, id) => {
      await client.workflow.getHandle(id).terminate('chaos');
    }),
  },
  {
    name: 'cancel workflows',
    begin: onWorkflows(async (client, id) => {
      await client.workflow.getHandle(id).cancel();
    }),
  },
  { name: 'reset workflows', begin: onWorkflows(resetOf('all')) },
  { name: 'reset workflows without messages', begin: onWorkflows(resetOf('none')) },
  { name: 'reset and decide again', begin: decideAgain },
  { name: 'pause a task queue', begin: pauseQueue, lasts: [3000, 9000] },
  { name: 'rotate a key', begin: rotateKey },
];
