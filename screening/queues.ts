import { askAgainQueueOf } from '../workflows/messages.js';

/** The task queues that a worker serves, from the configured one. */
export const queuesOf = (taskQueue: string) => ({
  orders: taskQueue,
  askAgain: askAgainQueueOf(taskQueue),
});
