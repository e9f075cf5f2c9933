import type { CarriedScore } from '../domain/votes.js';
import type { ActivityDeps } from './deps.js';
import { orReview, type ReviewDeps } from './unscored.js';

export interface ScoreInput {
  readonly transactionId: string;
}

/** Scores a transaction by our own rules. It only reads and computes, so it may run twice. */
export const score =
  ({ scores }: Pick<ActivityDeps, 'scores'>) =>
  async ({ transactionId }: ScoreInput): Promise<CarriedScore> => {
    const { facts: _, ...carried } = (await scores.of(transactionId)).local;
    return carried;
  };

/**
 * Scores an order, or sends it to review when a fault of our own would block its scoring for ever.
 */
export const scoreOrReview =
  (deps: ReviewDeps, step: (input: ScoreInput) => Promise<CarriedScore>) =>
  (input: ScoreInput): Promise<CarriedScore> =>
    orReview<CarriedScore>(
      deps,
      input.transactionId,
      () => step(input),
      (unscored) => unscored,
    );
