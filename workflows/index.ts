export { backtestRuleSet } from './backtest/backtest-rule-set.js';
export { drainAifiPushes } from './aifi/drain-pushes.js';
export { notifyAlert } from './alert-mail/notify-alert.js';
export { pollSparkflyAlerts } from './sparkfly/poll-alerts.js';
export { rehearse } from './rehearsal/rehearse.js';
export { screenTransaction } from './order/screen-transaction.js';
