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

/** With Postgres away, each of these is tried for as long as that lasts. */
const retry = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' } as const;

/** Postgres only: milliseconds, and 4 s at most on a busy database, waiting apart. */
const looking = () =>
  proxyActivities<UpkeepActivities>({
    taskQueue: upkeepQueueOf(workflowInfo().taskQueue),
    startToCloseTimeout: '10s',
    retry,
  });

/**
 * One call to Sardine, which ends by itself after 10 s, and two looks at Postgres of 8 s at most:
 * after a minute nothing of an attempt is left that could tell behind the back of the next one. A
 * call that is under way when the workflow is cancelled comes to its end, so that it is noted.
 */
const telling = () =>
  proxyActivities<UpkeepActivities>({
    taskQueue: upkeepQueueOf(workflowInfo().taskQueue),
    startToCloseTimeout: '1m',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry,
  });

/** So many in a row that Sardine did not take: the next run tries them again. */
const failuresMax = 5;

type Telling = Awaited<ReturnType<UpkeepActivities['tellChargeback']>>['kind'];

/**
 * Tells Sardine of one chargeback and notes what came of it. Only one workflow of its id runs at a
 * time, so that a chargeback is told once, however many look for what is to be told.
 */
export async function tellChargeback({ labelId }: TellChargebackInput): Promise<Telling> {
  const told = await telling().tellChargeback({ labelId });
  if (told.kind === 'told' || told.kind === 'given_up') {
    await CancellationScope.nonCancellable(() => looking().noteChargeback({ ...told, labelId }));
  }
  return told.kind;
}

const tellAlone = async (labelId: string): Promise<Telling> => {
  try {
    return await executeChild(tellChargeback, {
      workflowId: tellChargebackWorkflowIdOf(workflowInfo().taskQueue, labelId),
      // One that was not taken, or was terminated, is told later under the same id.
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      // It may be at its call: it goes on to its end whatever becomes of this run.
      parentClosePolicy: ParentClosePolicy.ABANDON,
      args: [{ labelId }],
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'elsewhere';
    throw error;
  }
};

/** How many chargebacks Sardine was told of in this run, and in those that it continues. */
export interface ChargebacksTold {
  readonly told: number;
  readonly givenUp: number;
  readonly later: number;
}

/**
 * Tells Sardine of the chargebacks that it is to be told of, oldest first, one by one. Ends when
 * nothing is left; or once Sardine has not taken some, which the next run tries again.
 */
export async function tellChargebacks(before?: ChargebacksTold): Promise<ChargebacksTold> {
  const { labelIds, isFull } = await looking().listChargebacks();
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
