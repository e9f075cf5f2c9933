/** Workflow type, as operators see it. */
export const backtestRuleSetType = 'backtestRuleSet';

/** A task queue of its own: a backtest never takes a slot that an order needs. */
export const backtestQueueOf = (taskQueue: string): string => `${taskQueue}-backtest`;

/** One workflow for each backtest. */
export const backtestWorkflowIdOf = (backtestId: string): string => `backtest:${backtestId}`;

/** Input of `backtestRuleSet`; period, rules and results are in Postgres. */
export interface BacktestRuleSetInput {
  readonly backtestId: string;
}
