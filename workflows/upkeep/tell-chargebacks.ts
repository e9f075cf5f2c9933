import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ActivityCancellationType,
  CancellationScope,
  continueAsNew,
  executeChild,
  ParentClosePolicy,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { UpkeepActivities } from '../../activities/upkeep/create-upkeep-activities.js';
import type { TellChargebackInput } from '../../activities/upkeep/tell-chargeback.js';
import { tellChargebackWorkflowIdOf, upkeepQueueOf } from './messages.js';

/** While Postgres is unavailable, each of these is retried without end. */
const retry = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' } as const;

/**
 * Postgres only: milliseconds, and at most 4 s on a busy database, plus the wait for a connection.
 */
const storing = () =>
  proxyActivities<UpkeepActivities>({
    taskQueue: upkeepQueueOf(workflowInfo().taskQueue),
    startToCloseTimeout: '10s',
    retry,
  });

/**
 * One call to Sardine, which ends after 10 s, and two reads of Postgres of 8 s at most: after a
 * minute nothing of an attempt can overlap with the next one. A call in flight during a
 * cancellation completes, so that its result is stored.
 */
const sending = () =>
  proxyActivities<UpkeepActivities>({
    taskQueue: upkeepQueueOf(workflowInfo().taskQueue),
    startToCloseTimeout: '1m',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry,
  });

/** After this many failures in a row the run ends; the next one retries. */
const failuresMax = 5;

type Sent = Awaited<ReturnType<UpkeepActivities['tellChargeback']>>['kind'];

/**
 * Sends Sardine one chargeback and stores the result. Only one workflow with its id runs at a time,
 * so that a chargeback is sent once, however many runs list it.
 */
export async function tellChargeback({ labelId }: TellChargebackInput): Promise<Sent> {
  const sent = await sending().tellChargeback({ labelId });
  if (sent.kind === 'told' || sent.kind === 'given_up') {
    await CancellationScope.nonCancellable(() => storing().noteChargeback({ ...sent, labelId }));
  }
  return sent.kind;
}

const tellAlone = async (labelId: string): Promise<Sent> => {
  try {
    return await executeChild(tellChargeback, {
      workflowId: tellChargebackWorkflowIdOf(workflowInfo().taskQueue, labelId),
      // A chargeback that failed or was terminated is sent later under the same id.
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      // A child may be in its call: it completes, whatever happens to this run.
      parentClosePolicy: ParentClosePolicy.ABANDON,
      args: [{ labelId }],
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'elsewhere';
    throw error;
  }
};

/** Chargebacks sent in this run and in those that it continues. */
export interface ChargebacksTold {
  readonly told: number;
  readonly givenUp: number;
  readonly later: number;
}

/**
 * Sends Sardine the due chargebacks one by one, oldest first. Ends when none is left, or after some
 * failures in a row, which the next run retries.
 */
export async function tellChargebacks(before?: ChargebacksTold): Promise<ChargebacksTold> {
  const { labelIds, isFull } = await storing().listChargebacks();
  const count = { told: 0, given_up: 0, later: 0, elsewhere: 0 };
  let failures = 0;
  for (const labelId of labelIds) {
    const kind = await tellAlone(labelId);
    count[kind] += 1;
    failures = kind === 'later' ? failures + 1 : 0;
    if (failures >= failuresMax) break;
  }
  const told = {
    told: (before?.told ?? 0) + count.told,
    givenUp: (before?.givenUp ?? 0) + count.given_up,
    later: (before?.later ?? 0) + count.later,
  };
  const isWell = count.later === 0 && count.told + count.given_up > 0;
  return isFull && isWell ? continueAsNew<typeof tellChargebacks>(told) : told;
}
