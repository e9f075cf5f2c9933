import { aifiOperations } from './aifi-operations.js';
import { alertOperations } from './alert-operations.js';
import { backtestOperations } from './backtest-operations.js';
import { controlOperations } from './control-operations.js';
import { labelOperations } from './label-operations.js';
import { listOperations } from './list-operations.js';
import type { Operation } from './operation.js';
import { orderOperations } from './order-operations.js';
import { proposalOperations } from './proposal-operations.js';
import { ruleOperations } from './rule-operations.js';
import { ruleSetOperations } from './rule-set-operations.js';
import { systemOperations } from './system-operations.js';
import { trialOperations } from './trial-operations.js';

/** Every operation there is; a test holds it against the routes. */
export const operations: readonly Operation[] = [
  ...orderOperations,
  ...controlOperations,
  ...proposalOperations,
  ...backtestOperations,
  ...labelOperations,
  ...listOperations,
  ...alertOperations,
  ...aifiOperations,
  ...ruleSetOperations,
  ...ruleOperations,
  ...trialOperations,
  ...systemOperations,
];
