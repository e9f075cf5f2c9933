import type { CallEntry } from '../record.js';
import { type Finding, type History, isYes, type OrderHistory } from './history.js';

/** This many activities of one member raise an alert; later ones add to its count. */
export const alertFrom = 3;

const countOf = (calls: readonly CallEntry[]) => {
  const names = (some: readonly CallEntry[]) => new Set(some.map(({ name }) => name));
  return { taken: names(calls.filter(isYes)).size, sent: names(calls).size };
};

/** Each activity counts once: a member has one alert, and each activity beyond it is on it. */
export const checkAlerts = ({ activities, alerts, mails }: History): Finding[] => {
  const findings: Finding[] = [];
  const members = new Set([
    ...activities.map(({ subject }) => subject),
    ...alerts.map(({ member }) => member),
  ]);
  for (const member of members) {
    const find = (text: string) =>
      findings.push({ rule: 'event-once', subject: `member ${member}`, text });
    const { taken, sent } = countOf(activities.filter(({ subject }) => subject === member));
    const own = alerts.filter((alert) => alert.member === member);
    if (own.length > 1) find(`it has ${own.length} alerts`);
    if (own.length === 0 && taken >= alertFrom) find(`${taken} activities raised no alert`);
    if (own.length > 0 && sent < alertFrom) find(`${sent} activities raised an alert`);
    const [alert] = own;
    if (alert === undefined) continue;
    const counted = alert.suppressed + alertFrom;
    if (counted < taken || counted > sent) find(`${counted} of ${taken} activities count`);
    const ids = new Set(
      mails.filter(({ alertId }) => alertId === alert.alertId).map(({ messageId }) => messageId),
    );
    if (ids.size !== 1) find(`its alert was mailed in ${ids.size} messages`);
    if (!alert.notified) find('its alert is mailed and does not say so');
  }
  return findings;
};

/** A push becomes one piece of evidence on the order's case. */
export const checkPushes = ({ orderId: subject, pushes, final }: OrderHistory): Finding[] => {
  if (pushes.length === 0 || final === undefined || final.caseStatus === null) return [];
  const { taken, sent } = countOf(pushes);
  if (final.evidence >= taken && final.evidence <= sent) return [];
  const text = `${taken} pushes became ${final.evidence} pieces of evidence`;
  return [{ rule: 'event-once', subject, text }];
};

const reportsOf = ({ feedback }: History, { final }: OrderHistory, kind: 'end' | 'chargeback') => {
  const own = feedback.filter(
    ({ transactionId, about }) => transactionId === final?.transactionId && about === kind,
  );
  const ids = new Set(own.map(({ feedbackId }) => feedbackId)).size;
  return { ids, isTaken: own.some(({ status }) => status === 200) };
};

/** Sardine hears once how an order ended, and once of its chargeback: by one id, which it took. */
export const checkFeedback = (history: History): Finding[] =>
  history.orders.flatMap((order): Finding[] => {
    const { orderId: subject, final, labels } = order;
    if (final === undefined || !final.known) return [];
    const end = reportsOf(history, order, 'end');
    const chargeback = reportsOf(history, order, 'chargeback');
    const isSettled = final.status === 'processed' || final.status === 'cancelled';
    const stated = labels.filter(({ name }) => name?.startsWith('chargeback-'));
    const isDue = stated.some(isYes) && final.scoredBySardine;
    const texts = [
      end.ids > 1 ? [`Sardine heard of its end under ${end.ids} ids`] : [],
      chargeback.ids > 1 ? [`Sardine heard of its chargeback under ${chargeback.ids} ids`] : [],
      !isSettled && end.ids > 0 ? [`Sardine heard of its end, and it is ${final.status}`] : [],
      stated.length === 0 && chargeback.ids > 0 ? ['Sardine heard of a chargeback of nobody'] : [],
      isSettled && final.scoredBySardine && !end.isTaken
        ? ['Sardine scored it and never heard how it ended']
        : [],
      isDue && !chargeback.isTaken ? ['Sardine scored it and never heard of its chargeback'] : [],
    ].flat();
    return texts.map((text) => ({ rule: 'event-once', subject, text }));
  });
