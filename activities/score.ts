import type { CarriedScore } from '../domain/votes.js';
import type { ActivityDeps } from './deps.js';

/** Scores a transaction by our own rules. It reads and computes only, so it may run twice. */
export const score =
  ({ scores }: Pick<ActivityDeps, 'scores'>) =>
  async ({ transactionId }: { readonly transactionId: string }): Promise<CarriedScore> => {
    const { facts: _, ...carried } = (await scores.of(transactionId)).local;
    return carried;
  };
