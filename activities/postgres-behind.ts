import { ApplicationFailure } from '@temporalio/activity';
import { postgresBehind } from '../contracts/unavailable.js';
import type { OrderState } from '../services/transactions/decisions.js';

const failure = (): ApplicationFailure =>
  ApplicationFailure.create({
    type: postgresBehind,
    message: 'Postgres has an earlier state of this order than its workflow',
  });

/**
 * Throws a failure that Temporal retries when the order stands in an earlier round than its
 * workflow. Rounds only grow, so Postgres was restored to an earlier moment. To follow it would
 * forget what people and OMS have done; the sweep brings it up to date.
 */
export const refuseEarlierRound = (standing: OrderState, round: number): OrderState => {
  if (standing.round < round) throw failure();
  return standing;
};

/**
 * As `refuseEarlierRound`, for a workflow whose round has ended: the same round can be open only
 * where Postgres has lost its verdict.
 */
export const refuseOpenRound = (standing: OrderState, round: number): OrderState => {
  const isOpen = standing.status === 'in_review' || standing.status === 'oms_rejected';
  return refuseEarlierRound(standing, isOpen ? round + 1 : round);
};
