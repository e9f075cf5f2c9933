import { Context } from '@temporalio/activity';
import { TemporarilyUnavailable } from '../contracts/unavailable.js';
import type { CarriedScore, LocalScore } from '../domain/votes.js';
import { loadTransaction } from '../services/transactions/load.js';
import type { ActivityDeps } from './deps.js';

export interface ScoreInput {
  readonly transactionId: string;
}

/** Scores a transaction by our own rules. It reads and computes only, so it may run twice. */
export const score =
  ({ scores }: Pick<ActivityDeps, 'scores'>) =>
  async ({ transactionId }: ScoreInput): Promise<CarriedScore> => {
    const { facts: _, ...carried } = (await scores.of(transactionId)).local;
    return carried;
  };

type ReviewDeps = Pick<ActivityDeps, 'db' | 'vault' | 'rules' | 'reports'>;

/** No rule has a say: a person decides. It carries its facts, of which there are none. */
const unscored = (deps: ReviewDeps): LocalScore => {
  const { ruleSet, version } = deps.rules().live;
  const name = 'the score of the order';
  return {
    totalScore: 0,
    outcome: 'review',
    hits: [],
    erroredRules: [{ id: 'score', name, message: 'a fault of ours kept the order unscored' }],
    facts: {},
    ruleSetHash: ruleSet.hash,
    ruleSetVersion: version,
  };
};

/**
 * Scores an order, or has a person decide where a fault of our own would keep it from ever being
 * scored. Not while its caller waits: such a fault may pass, and he comes again. Nor when Postgres
 * is away, or the stored order itself cannot be opened: nobody could look at it, or settle it.
 */
export const scoreOrReview =
  (deps: ReviewDeps, step: (input: ScoreInput) => Promise<CarriedScore>) =>
  async (input: ScoreInput): Promise<CarriedScore> => {
    try {
      return await step(input);
    } catch (error) {
      const { isLocal } = Context.current().info;
      if (isLocal || error instanceof TemporarilyUnavailable) throw error;
      await loadTransaction(deps, input.transactionId);
      deps.reports.alarm('rule_errored', { transactionId: input.transactionId });
      return unscored(deps);
    }
  };
