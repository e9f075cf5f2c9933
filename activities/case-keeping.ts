import { atPresent } from '../services/context.js';
import {
  recordWithdrawal as withdraw,
  type WithdrawalToRecord,
} from '../services/cases/withdrawals.js';
import { recordVerdict as record, type VerdictToRecord } from '../services/cases/verdicts.js';
import { remindCase } from '../services/cases/rounds.js';
import { findOrderState, type OrderState } from '../services/transactions/decisions.js';
import type { ActivityDeps } from './deps.js';

export type RecordVerdictInput = Omit<VerdictToRecord, 'now'>;

/**
 * Where the order stands in Postgres, which the workflow follows whatever it remembers. Steps of
 * an earlier version have returned nothing.
 */
export type Kept = { readonly standing: OrderState } | undefined;

/**
 * Stores the verdict that won. It may run twice, and in a workflow that somebody has reset: a round
 * has one verdict, the stored one, and an alarm says so where it is not the one remembered.
 */
export const recordVerdict =
  (deps: Pick<ActivityDeps, 'db' | 'vault' | 'reports' | 'now'>) =>
  async (input: RecordVerdictInput): Promise<Kept> => {
    const { transactionId, round, outcome } = input;
    const standing = await record(atPresent(deps), input);
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
 * Reminds of an open case. It may run twice: each reminder of a round is counted and sent once. Of
 * an order that is not open in this round it says where it stands.
 */
export const remindReviewer =
  (deps: Pick<ActivityDeps, 'db' | 'reports' | 'now'>) =>
  async (input: RemindReviewerInput): Promise<Kept> => {
    const counted = await remindCase(atPresent(deps), input);
    if (!counted) return { standing: await findOrderState(deps, input.transactionId) };
    deps.reports.reminded(input.transactionId, input.number);
    return undefined;
  };

export type RecordWithdrawalInput = Omit<WithdrawalToRecord, 'now'>;

/** Closes the case of a withdrawn order. It may run twice: the second run changes nothing. */
export const recordWithdrawal =
  (deps: Pick<ActivityDeps, 'db' | 'now'>) =>
  async (input: RecordWithdrawalInput): Promise<Kept> => ({
    standing: await withdraw(atPresent(deps), input),
  });

/** Where an order stands in Postgres, for a workflow that may be behind. It reads only. */
export const readStanding =
  (deps: Pick<ActivityDeps, 'db'>) =>
  async ({ transactionId }: { readonly transactionId: string }): Promise<Kept> => ({
    standing: await findOrderState(deps, transactionId),
  });
