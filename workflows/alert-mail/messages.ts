/**
 * Mails and Sparkfly's listing are slow and may hang; on a queue of their own they take no slot
 * from orders.
 */
export const alertQueueOf = (taskQueue: string): string => `${taskQueue}-alerts`;

/** Workflow type, as operators see it. */
export const notifyAlertType = 'notifyAlert';

/** Tells people of one alert; all else about it is in Postgres. */
export interface NotifyAlertInput {
  readonly eventId: number;
}

/** One for each alert: of two task queues that share a namespace each has its own. */
export const notifyAlertWorkflowIdOf = (taskQueue: string, eventId: number): string =>
  `notify-alert:${taskQueue}:${eventId}`;
