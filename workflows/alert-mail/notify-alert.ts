import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { AlertActivities } from '../../activities/alerts/create-alert-activities.js';
import { alertQueueOf, type NotifyAlertInput } from './messages.js';

/**
 * Postgres only: who is told is settled in milliseconds. With Postgres away, it is tried for as
 * long as that lasts.
 */
const planning = () =>
  proxyActivities<AlertActivities>({
    taskQueue: alertQueueOf(workflowInfo().taskQueue),
    startToCloseTimeout: '10s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
  });

/**
 * One mail. The client gives up by itself after 60 s and closes its connection, and noting what
 * came of it has 20 s: after 90 s nothing of an attempt is left that could send behind the back of
 * the next one. Retried for ever, because an alert that nobody was told of is lost; the pauses grow
 * to 5 min, so that a mail server that comes back is used soon and one that is down is not hit.
 */
const sending = () =>
  proxyActivities<AlertActivities>({
    taskQueue: alertQueueOf(workflowInfo().taskQueue),
    startToCloseTimeout: '90s',
    retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '5m' },
  });

/**
 * Tells people of one alert: first who, which then stands, then each by a mail of its own, side by
 * side, so that one mailbox that refuses keeps no other waiting.
 */
export async function notifyAlert({ eventId }: NotifyAlertInput): Promise<void> {
  const { mails } = await planning().planAlertMails({ eventId });
  const { sendAlertMail } = sending();
  const numbers = Array.from({ length: mails }, (_, index) => index + 1);
  await Promise.all(numbers.map((number) => sendAlertMail({ eventId, number })));
}
