import type { Entry } from '../record.js';
import { checkBlocks, checkLabels, checkPolicies } from './analysts.js';
import { checkAnswers, checkTransactionIds } from './answers.js';
import { checkAudit, checkPublications, checkStoredFirst } from './audit.js';
import { checkAlerts, checkFeedback, checkPushes } from './events.js';
import { type Finding, historyOf } from './history.js';
import { checkTwins } from './instants.js';
import { checkProgress, checkQuiet } from './progress.js';
import { checkSettlement } from './settlements.js';
import { checkVerdicts } from './verdicts.js';

/**
 * Every promise that a record breaks; empty when it keeps them all. Reads nothing but the record,
 * and shares no code with what it checks.
 */
export const checkRecord = (entries: readonly Entry[]): Finding[] => {
  const history = historyOf(entries);
  const { orders } = history;
  const perOrder = [
    ...[checkAnswers, checkSettlement, checkVerdicts],
    ...[checkPushes, checkAudit, checkStoredFirst, checkProgress, checkLabels, checkBlocks],
  ];
  return [
    ...orders.flatMap((order) => perOrder.flatMap((check) => check(order))),
    ...checkTransactionIds(orders),
    ...checkTwins(orders),
    ...checkAlerts(history),
    ...checkFeedback(history),
    ...checkPublications(history),
    ...checkPolicies(history),
    ...checkQuiet(history),
  ];
};
