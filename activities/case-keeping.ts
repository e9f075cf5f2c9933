import { atPresent } from '../services/context.js';
import {
  recordWithdrawal as withdraw,
  type WithdrawalToRecord,
} from '../services/cases/withdrawals.js';
import { recordVerdict as record, type VerdictToRecord } from '../services/cases/verdicts.js';
import { remindCase } from '../services/cases/rounds.js';
import { findOrderState, type OrderState } from '../services/transactions/decisions.js';
import type { ActivityDeps } from './deps.js';
import { refuseEarlierRound } from './postgres-behind.js';

export type RecordVerdictInput = Omit<VerdictToRecord, 'now'>;

/**
 * The order's status in Postgres, which overrides the workflow's own state. Undefined in results of
 * an earlier version.
 */
export type Kept = { readonly standing: OrderState } | undefined;

/**
 * Stores the winning verdict. It may run twice, also in a workflow that was reset: a round has one
 * verdict, the stored one, and an alarm reports a different one in the workflow.
 */
export const recordVerdict =
  (deps: Pick<ActivityDeps, 'db' | 'vault' | 'reports' | 'now'>) =>
  async (input: RecordVerdictInput): Promise<Kept> => {
    const { transactionId, round, outcome } = input;
    const standing = refuseEarlierRound(await record(atPresent(deps), input), round);
    const isBeaten = standing.round === round && standing.outcome !== outcome;
    if (isBeaten) deps.reports.alarm('settlement_contradicts', { transactionId });
    return { standing };
  };

export interface RemindReviewerInput {
  readonly transactionId: string;
  readonly round: number;
  readonly number: number;
}

/**
 * Reminds reviewers of an open case. It may run twice: each reminder of a round is counted and sent
 * once. For an order that is not open in this round it returns the order's status.
 */
export const remindReviewer =
  (deps: Pick<ActivityDeps, 'db' | 'reports' | 'now'>) =>
  async (input: RemindReviewerInput): Promise<Kept> => {
    const counted = await remindCase(atPresent(deps), input);
    if (!counted) {
      const standing = await findOrderState(deps, input.transactionId);
      return { standing: refuseEarlierRound(standing, input.round) };
    }
    deps.reports.reminded(input.transactionId, input.number);
    return undefined;
  };

export type RecordWithdrawalInput = Omit<WithdrawalToRecord, 'now'>;

/** Closes the case of a withdrawn order. It may run twice: the second run changes nothing. */
export const recordWithdrawal =
  (deps: Pick<ActivityDeps, 'db' | 'now'>) =>
  async (input: RecordWithdrawalInput): Promise<Kept> => ({
    standing: refuseEarlierRound(await withdraw(atPresent(deps), input), input.round ?? 0),
  });

/** Reads an order's status from Postgres, for a workflow whose own state may be outdated. */
export const readStanding =
  (deps: Pick<ActivityDeps, 'db'>) =>
  async ({ transactionId }: { readonly transactionId: string }): Promise<Kept> => ({
    standing: await findOrderState(deps, transactionId),
  });
