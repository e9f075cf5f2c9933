import { alertQueueOf } from '../workflows/alert-mail/messages.js';
import { backtestQueueOf } from '../workflows/backtest/messages.js';
import { askAgainQueueOf, settleQueueOf } from '../workflows/order/messages.js';
import { upkeepQueueOf } from '../workflows/upkeep/messages.js';

/** The task queues that a worker polls, derived from the configured one. */
export const queuesOf = (taskQueue: string) => ({
  orders: taskQueue,
  settle: settleQueueOf(taskQueue),
  askAgain: askAgainQueueOf(taskQueue),
  backtests: backtestQueueOf(taskQueue),
  alerts: alertQueueOf(taskQueue),
  upkeep: upkeepQueueOf(taskQueue),
});
