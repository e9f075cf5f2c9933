import { type Finding, type History, isYes, type OrderHistory } from './history.js';

const ended = new Set(['processed', 'cancelled', 'withdrawn']);
const waiting = new Set(['in_review', 'oms_rejected']);

/** An order has ended, or waits for a person in a case that is open. */
export const checkProgress = ({ orderId: subject, posts, final }: OrderHistory): Finding[] => {
  if (final === undefined) return [];
  const { status, caseStatus, pendingDecision } = final;
  const finding = (text: string): Finding[] => [{ rule: 'progress', subject, text }];
  if (final.isPatient && !posts.some(isYes)) return finding('it was never answered');
  if (!final.known) return [];
  if (ended.has(status)) {
    return caseStatus === 'open' ? finding(`it is ${status}, and its case is open`) : [];
  }
  if (!waiting.has(status)) return finding(`it is still ${status}`);
  if (caseStatus !== 'open') return finding(`it is ${status}, and its case is ${caseStatus}`);
  return pendingDecision ? finding('a decision of its case was never applied') : [];
};

/** Nothing is under way any more when the limit has passed. */
export const checkQuiet = ({ quiet }: History): Finding[] => {
  if (quiet === undefined) {
    return [{ rule: 'progress', subject: 'the run', text: 'it ended before all was quiet' }];
  }
  return quiet.left.map((text) => ({
    ...{ rule: 'progress', subject: 'the run' },
    text: `after ${Math.round(quiet.limitMs / 1000)} s: ${text}`,
  }));
};
