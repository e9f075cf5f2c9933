import { Context } from '@temporalio/activity';
import { TemporarilyUnavailable } from '../contracts/unavailable.js';
import type { LocalScore } from '../domain/votes.js';
import { loadTransaction } from '../services/transactions/load.js';
import type { ActivityDeps } from './deps.js';

/** What is needed to give an order to a person. */
export type ReviewDeps = Pick<ActivityDeps, 'db' | 'vault' | 'rules' | 'reports'>;

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
 * Makes a step of an order that must not fail for ever; where a fault of our own keeps it from
 * ever succeeding, `otherwise` goes on with a score that has a person decide. Not while the order's
 * caller waits: such a fault may pass, and he comes again. Nor when Postgres is away, or the stored
 * order itself cannot be opened: nobody could look at it, or settle it. Throws then as the step
 * did, and as `otherwise` does: without either nothing is stored, and nobody is answered.
 */
export const orReview = async <T>(
  deps: ReviewDeps,
  transactionId: string,
  step: () => Promise<T>,
  otherwise: (score: LocalScore) => T | Promise<T>,
): Promise<T> => {
  try {
    return await step();
  } catch (error) {
    if (Context.current().info.isLocal || error instanceof TemporarilyUnavailable) throw error;
    await loadTransaction(deps, transactionId);
    const result = await otherwise(unscored(deps));
    deps.reports.alarm('rule_errored', { transactionId });
    return result;
  }
};
