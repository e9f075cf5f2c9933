/** The workflow types that operators see. A schedule of the same name starts each. */
export const noteDayTotalsType = 'noteDayTotals';
export const noteDriftType = 'noteDrift';
export const guardFlagsType = 'guardFlags';
export const deleteOldRowsType = 'deleteOldRows';
export const tellChargebacksType = 'tellChargebacks';
export const keepSparkflyPolledType = 'keepSparkflyPolled';

/**
 * The activities of scheduled work have a task queue of their own, so that they take no slot from
 * orders and never wait for a mail server. Its workflows run on the orders' queue: they have few
 * tasks, and a worker of their own would load the workflow bundle once more.
 */
export const upkeepQueueOf = (taskQueue: string): string => `${taskQueue}-upkeep`;

/** One per chargeback: while it runs, no other workflow sends that chargeback. */
export const tellChargebackWorkflowIdOf = (taskQueue: string, labelId: string): string =>
  `tell-chargeback:${taskQueue}:${labelId}`;
