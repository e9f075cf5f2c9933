import type { Client } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import proto, { type temporal } from '@temporalio/proto';
import { z } from 'zod';
import { workflowIdOf } from '../contracts/hbc/transaction.js';
import { transactionIdOfWorkflow } from '../services/transactions/ids.js';
import { screenTransactionType } from '../workflows/order/messages.js';
import { transactionIdKey } from '../workflows/order/search-attributes.js';
import { queuesOf } from './queues.js';

/** What Temporal tells of a run, nothing in it decoded: whoever began it may have other keys. */
export type DescribedRun = temporal.api.workflowservice.v1.IDescribeWorkflowExecutionResponse;

const { TaskQueueType } = proto.temporal.api.enums.v1;

/** Why a run under an order's workflow id cannot bring that order to its end. */
export type ForeignCause =
  | 'OTHER_TYPE'
  | 'OTHER_INPUT'
  | 'UNREADABLE_INPUT'
  | 'OTHER_TRANSACTION_ID'
  | 'UNSERVED_QUEUE';

/** Nothing that was said to such a run was said to the order. */
export const isOtherInput = (cause: ForeignCause): boolean =>
  cause === 'OTHER_TYPE' || cause === 'OTHER_INPUT' || cause === 'UNREADABLE_INPUT';

/** What the workflow reads of its input. Every version has written as much but for `partners`. */
const Input = z.object({
  transactionId: z.string(),
  banner: z.string(),
  orderId: z.string(),
  groupId: z.string(),
  amount: z.number(),
  currency: z.string(),
  budgetMs: z.number().positive(),
  // Names only: another version may know other partners, and the order is its own all the same.
  partners: z.array(z.string()).optional(),
  review: z.object({
    remindAfterMs: z.number().nonnegative(),
    expireAfterMs: z.number().nonnegative(),
    expireAction: z.enum(['accept', 'reject', 'keep']),
  }),
});

const isInputOf = (workflowId: string, raw: unknown): boolean => {
  const { success, data } = Input.safeParse(raw);
  return (
    success &&
    workflowIdOf(data) === workflowId &&
    data.transactionId === transactionIdOfWorkflow(workflowId)
  );
};

const unreadable = Symbol('no key of ours opens it');

/** A poll that finds nothing to do lasts a minute. */
const polledWithinMs = 120_000;

/** An input never changes: runs whose input was found right are not asked for it again. */
const knownMax = 10_000;

const transactionIdIn = ({ workflowExecutionInfo }: DescribedRun): unknown => {
  const payload = workflowExecutionInfo?.searchAttributes?.indexedFields?.[transactionIdKey.name];
  return payload && defaultPayloadConverter.fromPayload(payload);
};

/** The input of a run, or `unreadable`. */
const readInput = async (client: Client, workflowId: string, runId: string): Promise<unknown> => {
  const { namespace, loadedDataConverter } = client.options;
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace,
    execution: { workflowId, runId },
    maximumPageSize: 1,
  });
  const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
  let payloads: Payload[] = started?.input?.payloads ?? [];
  try {
    for (const codec of loadedDataConverter.payloadCodecs) payloads = await codec.decode(payloads);
    return payloads[0] && defaultPayloadConverter.fromPayload(payloads[0]);
  } catch {
    return unreadable;
  }
};

/** Whether workers take workflow tasks from a queue. */
const isPolled = async (client: Client, queue: string): Promise<boolean> => {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: queue },
    taskQueueType: TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
  });
  const since = Date.now() - polledWithinMs;
  return (pollers ?? []).some(
    ({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000 > since,
  );
};

/**
 * Tells of described runs whether each is the run of its order. Somebody may have begun another
 * one under the order's workflow id, by hand or by another client.
 */
export const createOwnership = (client: Client, taskQueue: string) => {
  const known = new Set<string>();
  const { orders, ...others } = queuesOf(taskQueue);
  const isOtherOfOurs = (queue: string) => Object.values(others).includes(queue);

  /** Why a run has never been its order's; null when it is or was. */
  const otherInput = async (
    workflowId: string,
    runId: string,
    { workflowExecutionInfo }: DescribedRun,
  ): Promise<ForeignCause | null> => {
    if (workflowExecutionInfo?.type?.name !== screenTransactionType) return 'OTHER_TYPE';
    if (known.has(runId)) return null;
    const input = await readInput(client, workflowId, runId);
    if (input === unreadable) return 'UNREADABLE_INPUT';
    if (!isInputOf(workflowId, input)) return 'OTHER_INPUT';
    const [oldest] = known;
    if (oldest !== undefined && known.size >= knownMax) known.delete(oldest);
    known.add(runId);
    return null;
  };

  /** Why an open run that has the order's input leads nowhere all the same; null when it does. */
  const leadsNowhere = async (
    workflowId: string,
    described: DescribedRun,
  ): Promise<ForeignCause | null> => {
    if (transactionIdIn(described) !== transactionIdOfWorkflow(workflowId)) {
      return 'OTHER_TRANSACTION_ID';
    }
    const queue = described.executionConfig?.taskQueue?.name ?? '';
    if (queue === orders) return null;
    // Another queue is served while a worker of an earlier configuration still runs.
    const isServed = !isOtherOfOurs(queue) && (await isPolled(client, queue));
    return isServed ? null : 'UNSERVED_QUEUE';
  };
  return { otherInput, leadsNowhere };
};
