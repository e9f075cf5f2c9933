import {
  answeredOutcome,
  type Finding,
  type GivenVerdict,
  isDone,
  isYes,
  type OrderHistory,
} from './history.js';

const outcomeOf = { process: 'accept', cancel: 'reject' } as const;

/** Sentences in place of a reviewer's remarks, for reviews that end without one. */
const withoutReviewer = [/^The missing votes came in/, /^No verdict by the review deadline/];

/** A verdict by `POST /decision`, which was answered yes only after the workflow took it. */
const isTaken = ({ act, takenMs }: GivenVerdict): boolean =>
  act === 'verdict' && takenMs !== undefined;

/** A signal that Temporal took acts unless an operator ended or reset its workflow just then. */
const isSignalled = ({ isBrokenOff }: OrderHistory, { act, takenMs }: GivenVerdict): boolean =>
  act === 'signal' && takenMs !== undefined && !isBrokenOff;

/** The verdict that OMS got is one that somebody gave, and nobody took back. */
const checkActing = (order: OrderHistory, remarks: string, outcome: string): string[] => {
  const acting = order.verdicts.find(({ name }) => name === remarks);
  if (acting === undefined) {
    const isAutomatic = answeredOutcome(order) === outcome && order.refusals.length === 0;
    if (isAutomatic || withoutReviewer.some((form) => form.test(remarks))) return [];
    return [`OMS acted on "${remarks}", which nobody gave`];
  }
  const first = order.verdicts.find(
    (other) =>
      other !== acting &&
      (isTaken(other) || isSignalled(order, other)) &&
      (other.takenMs ?? 0) < acting.firstSentMs,
  );
  return [
    acting.outcome === outcome ? [] : [`${acting.name} said ${acting.outcome}`],
    acting.isUndone ? [`${acting.name} was undone, and acted`] : [],
    acting.isRefused ? [`${acting.name} was refused, and acted`] : [],
    first && order.refusals.length === 0
      ? [`${acting.name} acted, although ${first.name} was taken before it was sent`]
      : [],
  ].flat();
};

/** Every accepted verdict is the one that acted: the first wins, an undone one never acts. */
export const checkVerdicts = (order: OrderHistory): Finding[] => {
  const { orderId: subject, verdicts, withdrawals, oms, refusals, final } = order;
  const findings: Finding[] = [];
  const find = (text: string) => findings.push({ rule: 'verdict-acts', subject, text });
  const done = oms.find(isDone);
  const taken = verdicts.filter(isTaken);
  if (done !== undefined) {
    const outcome = outcomeOf[done.action];
    for (const text of checkActing(order, done.remarks, outcome)) find(text);
    const others = refusals.length > 0 ? [] : taken.filter((one) => one.outcome !== outcome);
    for (const { name } of others) find(`${name} was taken, and OMS did ${done.action}`);
  }
  if (final === undefined) return findings;
  if (withdrawals.some(isYes)) {
    if (final.status !== 'withdrawn') find(`it was withdrawn, and is ${final.status}`);
    if (taken.length > 0 && refusals.length === 0) find('a verdict and a withdrawal were taken');
  }
  if (final.status !== 'in_review') return findings;
  for (const { name } of taken) find(`${name} was taken, and the order is still in review`);
  for (const { name, act, takenMs, mayBeUndone } of verdicts) {
    if (act === 'desk_decision' && takenMs !== undefined && !mayBeUndone) {
      find(`${name} was taken at the desk, and the order is still in review`);
    }
  }
  return findings;
};
