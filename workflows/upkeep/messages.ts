/** The workflow types that operators see. A schedule of the same name starts each. */
export const noteDayTotalsType = 'noteDayTotals';
export const deleteOldRowsType = 'deleteOldRows';
export const tellChargebacksType = 'tellChargebacks';
export const keepSparkflyPolledType = 'keepSparkflyPolled';

const queueSuffix = '-upkeep';

/**
 * Scheduled work has a task queue of its own, so that it takes no slot from orders and never waits
 * for a mail server.
 */
export const upkeepQueueOf = (taskQueue: string): string => `${taskQueue}${queueSuffix}`;

/**
 * The orders' queue that belongs to an upkeep queue: a schedule passes its workflow no arguments.
 */
export const ordersQueueOf = (upkeepQueue: string): string =>
  upkeepQueue.slice(0, -queueSuffix.length);

/** One per chargeback: while it runs, no other workflow sends that chargeback. */
export const tellChargebackWorkflowIdOf = (taskQueue: string, labelId: string): string =>
  `tell-chargeback:${taskQueue}:${labelId}`;
