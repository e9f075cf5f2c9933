/** The workflow type that operators see. */
export const backtestRuleSetType = 'backtestRuleSet';

/** A task queue of its own, so that a backtest never takes a slot that an order needs. */
export const backtestQueueOf = (taskQueue: string): string => `${taskQueue}-backtest`;

/** One workflow per backtest. */
export const backtestWorkflowIdOf = (backtestId: string): string => `backtest:${backtestId}`;

/** Input of `backtestRuleSet`; period, rules and results are in Postgres. */
export interface BacktestRuleSetInput {
  readonly backtestId: string;
}
