/** Workflow types, as operators see them. Each is begun by the schedule of its name. */
export const noteDayTotalsType = 'noteDayTotals';
export const deleteOldRowsType = 'deleteOldRows';
export const tellChargebacksType = 'tellChargebacks';
export const keepSparkflyPolledType = 'keepSparkflyPolled';

const queueSuffix = '-upkeep';

/**
 * What is done at times takes no slot from orders, and waits for no mail server: a task queue of
 * its own.
 */
export const upkeepQueueOf = (taskQueue: string): string => `${taskQueue}${queueSuffix}`;

/** The orders' queue of an upkeep queue: a schedule gives its workflow no arguments. */
export const ordersQueueOf = (upkeepQueue: string): string =>
  upkeepQueue.slice(0, -queueSuffix.length);

/** One for each chargeback: while it runs, no other one tells of it. */
export const tellChargebackWorkflowIdOf = (taskQueue: string, labelId: string): string =>
  `tell-chargeback:${taskQueue}:${labelId}`;
