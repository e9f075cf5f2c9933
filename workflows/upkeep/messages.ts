/** Workflow types, as operators see them. Each is begun by the schedule of its name. */
export const noteDayTotalsType = 'noteDayTotals';
export const deleteOldRowsType = 'deleteOldRows';
export const tellChargebacksType = 'tellChargebacks';
export const keepSparkflyPolledType = 'keepSparkflyPolled';

/**
 * Upkeep's activities take no slot from orders, and wait for no mail server: they have a task queue
 * of their own. Its workflows run on the orders' queue, beside which their few tasks are nothing; a
 * worker of their own would carry the workflow bundle once more.
 */
export const upkeepQueueOf = (taskQueue: string): string => `${taskQueue}-upkeep`;

/** One for each chargeback: while it runs, no other one tells of it. */
export const tellChargebackWorkflowIdOf = (taskQueue: string, labelId: string): string =>
  `tell-chargeback:${taskQueue}:${labelId}`;
