import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { AlertActivities } from '../../activities/alerts/create-alert-activities.js';
import { alertQueueOf, type NotifyAlertInput } from './messages.js';

/**
 * Postgres only: planning takes milliseconds. While Postgres is unavailable, it is retried without
 * end.
 */
const planning = () =>
  proxyActivities<AlertActivities>({
    taskQueue: alertQueueOf(workflowInfo().taskQueue),
    startToCloseTimeout: '10s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
  });

/**
 * One mail. The client gives up after 60 s and closes its connection, and storing the result has 20
 * s, so that after 90 s nothing of an attempt can overlap with the next one. Retried for ever,
 * because no alert may be lost; the pauses grow to 5 min, so that a mail server is used again soon
 * after an outage without being flooded.
 */
const sending = () =>
  proxyActivities<AlertActivities>({
    taskQueue: alertQueueOf(workflowInfo().taskQueue),
    startToCloseTimeout: '90s',
    retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '5m' },
  });

/**
 * Mails one alert: first plans and stores the recipients, then sends a mail to each, concurrently,
 * so that a mailbox that refuses delays no other.
 */
export async function notifyAlert({ eventId }: NotifyAlertInput): Promise<void> {
  const { mails } = await planning().planAlertMails({ eventId });
  const { sendAlertMail } = sending();
  const numbers = Array.from({ length: mails }, (_, index) => index + 1);
  await Promise.all(numbers.map((number) => sendAlertMail({ eventId, number })));
}
