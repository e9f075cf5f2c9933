import { recordWithdrawal as withdraw } from '../services/cases/record-withdrawal.js';
import { recordVerdict as record, type VerdictToRecord } from '../services/cases/record-verdict.js';
import { remindCase } from '../services/cases/remind.js';
import type { ActivityDeps } from './deps.js';

export type RecordVerdictInput = Omit<VerdictToRecord, 'now'>;

/** Stores the verdict that won. It may run twice: a round has one verdict, the stored one. */
export const recordVerdict =
  (deps: Pick<ActivityDeps, 'pool' | 'vault' | 'now'>) =>
  async (input: RecordVerdictInput): Promise<void> =>
    record({ pool: deps.pool, vault: deps.vault }, { ...input, now: deps.now() });

export interface RemindReviewerInput {
  readonly transactionId: string;
  readonly round: number;
  readonly number: number;
}

/** Reminds of an open case. It may run twice: each reminder of a round is counted and sent once. */
export const remindReviewer =
  (deps: Pick<ActivityDeps, 'pool' | 'reports' | 'now'>) =>
  async (input: RemindReviewerInput): Promise<void> => {
    const counted = await remindCase(deps.pool, { ...input, now: deps.now() });
    if (counted) deps.reports.reminded(input.transactionId, input.number);
  };

export interface RecordWithdrawalInput {
  readonly transactionId: string;
  readonly actor: string;
}

/** Closes the case of a withdrawn order. It may run twice: the second run changes nothing. */
export const recordWithdrawal =
  (deps: Pick<ActivityDeps, 'pool' | 'now'>) =>
  async (input: RecordWithdrawalInput): Promise<void> =>
    withdraw(deps.pool, { ...input, now: deps.now() });
