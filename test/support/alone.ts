/**
 * Files of tests that hold whole processes of the product to time limits under load: a neighbour on
 * the same cores would make them late, so they run one after the other.
 */
export const alone = [
  'test/chaos/late-orders.test.ts',
  'test/chaos/partners-dead.test.ts',
  'test/chaos/pauses.test.ts',
  'test/chaos/storm.test.ts',
];

/**
 * Those that hold single answers to time limits and wait most of their time: two at once leave
 * each other a core. The longest come first.
 */
export const inPairs = [
  'test/chaos/away.test.ts',
  'test/chaos/worker.test.ts',
  'test/chaos/backtest.test.ts',
  'test/chaos/locked-outbox.test.ts',
  'test/e2e/fault-matrix.test.ts',
  'test/partners/own-delay.test.ts',
  'test/e2e/levers.test.ts',
  'test/e2e/verdicts.test.ts',
  'test/e2e/partners.test.ts',
  'test/api/transaction.test.ts',
];

/**
 * Stories of the whole product that wait most of their time, for a pause, a poll or a time limit of
 * Temporal, and hold no answer to one: they run beside the others, with a budget that a busy
 * machine keeps to. The longest come first; `secrecy` reads all that Temporal has stored by then.
 */
export const patient = [
  'test/chaos/stuck-order.test.ts',
  'test/e2e/notifications.test.ts',
  'test/browser/console.test.ts',
  'test/chaos/secrecy.test.ts',
  'test/e2e/sparkfly.test.ts',
  'test/local/demo.test.ts',
  'test/e2e/oms.test.ts',
  'test/e2e/ask-again.test.ts',
  'test/upgrade/upgrade.test.ts',
  'test/upgrade/rolling.test.ts',
  'test/upgrade/way-back.test.ts',
  'test/chaos/foreign-run.test.ts',
  'test/e2e/shadow.test.ts',
  'test/e2e/flag-guard.test.ts',
  'test/chaos/sweep.test.ts',
  'test/e2e/expiry.test.ts',
  'test/bench/stop.test.ts',
  'test/e2e/backtest.test.ts',
  'test/e2e/reset.test.ts',
  'test/backup/findings.test.ts',
  'test/console/sign-in.test.ts',
  'test/e2e/feedback.test.ts',
  'test/chaos/key-missing.test.ts',
  'test/e2e/aifi.test.ts',
  'test/e2e/rehearsal.test.ts',
  'test/e2e/case-decisions.test.ts',
  'test/console/case.test.ts',
  'test/e2e/order.test.ts',
  'test/e2e/combination-table.test.ts',
  'test/e2e/own-alerts.test.ts',
  'test/e2e/evidence.test.ts',
  'test/api/decision.test.ts',
  'test/api/codec.test.ts',
];
