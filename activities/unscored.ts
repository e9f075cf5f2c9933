import { Context } from '@temporalio/activity';
import { TemporarilyUnavailable } from '../contracts/unavailable.js';
import type { LocalScore } from '../domain/votes.js';
import { loadTransaction } from '../services/transactions/records.js';
import type { ActivityDeps } from './deps.js';

/** The dependencies for sending an order to review. */
export type ReviewDeps = Pick<ActivityDeps, 'db' | 'vault' | 'rules' | 'reports'>;

/** A score without rules and facts, which sends the order to review. */
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
 * Runs an activity that must not fail for ever. When a fault of our own keeps failing it,
 * `otherwise` continues with a score that sends the order to review. Not while the order's caller
 * waits: the fault may pass, and the caller retries. Nor when Postgres is unavailable or the stored
 * order cannot be decrypted: nobody could review or settle it. Then it throws, nothing is stored,
 * and nobody is answered.
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
