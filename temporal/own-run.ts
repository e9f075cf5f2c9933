import type { Client } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import proto, { type temporal } from '@temporalio/proto';
import { z } from 'zod';
import { workflowIdOf } from '../contracts/hbc/transaction.js';
import { transactionIdOfWorkflow } from '../services/transactions/ids.js';
import { screenTransactionType } from '../workflows/order/messages.js';
import { fraudStatusKey, transactionIdKey } from '../workflows/order/search-attributes.js';
import { queuesOf } from './queues.js';

/** Temporal's description of a run, not decoded: whoever started it may have other keys. */
export type DescribedRun = temporal.api.workflowservice.v1.IDescribeWorkflowExecutionResponse;

const { TaskQueueType } = proto.temporal.api.enums.v1;

/** Why a run under an order's workflow id cannot complete that order. */
export type ForeignCause =
  | 'OTHER_TYPE'
  | 'OTHER_INPUT'
  | 'UNREADABLE_INPUT'
  | 'OTHER_TRANSACTION_ID'
  | 'UNSERVED_QUEUE';

/** True when the run is not of this order at all: messages to it were not meant for the order. */
export const isOtherInput = (cause: ForeignCause): boolean =>
  cause === 'OTHER_TYPE' || cause === 'OTHER_INPUT' || cause === 'UNREADABLE_INPUT';

/**
 * The fields that the workflow reads of its input. Every version has written them, except
 * `partners`.
 */
const Input = z.object({
  transactionId: z.string(),
  banner: z.string(),
  orderId: z.string(),
  groupId: z.string(),
  amount: z.number(),
  currency: z.string(),
  budgetMs: z.number().positive(),
  // Any name is valid: another version may know other partners.
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

/** A long poll without a task lasts a minute. */
const polledWithinMs = 120_000;

/** The size of the cache of runs with a verified input: an input never changes. */
const knownMax = 10_000;

type RunInfo = DescribedRun['workflowExecutionInfo'];

const attributeIn = (info: RunInfo, { name }: { readonly name: string }): unknown => {
  const payload = info?.searchAttributes?.indexedFields?.[name];
  return payload && defaultPayloadConverter.fromPayload(payload);
};

/** The order's status as its workflow published it; undefined when there is none. */
export const statusIn = (info: RunInfo): string | undefined => {
  const status = attributeIn(info, fraudStatusKey);
  return typeof status === 'string' ? status : undefined;
};

/** Reads the input of a run; `unreadable` when it cannot be decrypted. */
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

/** Whether a worker polls a queue for workflow tasks. */
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
 * Checks whether a run belongs to its order. Somebody may have started another one under the
 * order's workflow id, by hand or with another client.
 */
export const createOwnership = (client: Client, taskQueue: string) => {
  const known = new Set<string>();
  const { orders, ...others } = queuesOf(taskQueue);
  const isOtherOfOurs = (queue: string) => Object.values(others).includes(queue);

  /** Why a run does not belong to its order; null when it does. */
  const otherInputCause = async (
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

  /** Why an open run with the order's input still cannot complete it; null when it can. */
  const deadEndCause = async (
    workflowId: string,
    described: DescribedRun,
  ): Promise<ForeignCause | null> => {
    const { workflowExecutionInfo: info } = described;
    if (attributeIn(info, transactionIdKey) !== transactionIdOfWorkflow(workflowId)) {
      return 'OTHER_TRANSACTION_ID';
    }
    const queue = described.executionConfig?.taskQueue?.name ?? '';
    if (queue === orders) return null;
    // A worker with an earlier configuration may still poll another queue.
    const isServed = !isOtherOfOurs(queue) && (await isPolled(client, queue));
    return isServed ? null : 'UNSERVED_QUEUE';
  };
  return { otherInputCause, deadEndCause };
};
