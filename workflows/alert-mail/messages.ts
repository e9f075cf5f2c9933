/**
 * Mail servers and Sparkfly's listing are slow and may hang. On a queue of their own they take no
 * slot from orders.
 */
export const alertQueueOf = (taskQueue: string): string => `${taskQueue}-alerts`;

/** The workflow type that operators see. */
export const notifyAlertType = 'notifyAlert';

/** Mails one alert; everything else about it is in Postgres. */
export interface NotifyAlertInput {
  readonly eventId: number;
}

/** One per alert. Task queues that share a namespace have one each. */
export const notifyAlertWorkflowIdOf = (taskQueue: string, eventId: number): string =>
  `notify-alert:${taskQueue}:${eventId}`;
