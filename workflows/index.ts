export { backtestRuleSet } from './backtest-rule-set.js';
export { drainAifiPushes } from './drain-aifi.js';
export { screenTransaction } from './screen-transaction.js';
