export { backtestRuleSet } from './backtest-rule-set.js';
export { drainAifiPushes } from './drain-aifi.js';
export { notifyAlert } from './notify-alert.js';
export { pollSparkflyAlerts } from './poll-sparkfly.js';
export { rehearse } from './rehearse.js';
export { screenTransaction } from './screen-transaction.js';
