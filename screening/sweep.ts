import { ScreeningEnded, TemporarilyUnavailable } from '../contracts/unavailable.js';
import { listStranded, listUndecided } from '../db/transactions.js';
import { takeUp, type TakeUpDeps } from './take-up.js';

export interface SweepDeps extends TakeUpDeps {
  readonly now: () => Date;
  /** Called for each order that is undecided although its workflow has ended. */
  readonly onMissing: (transactionId: string) => void;
}

/** A post that found Temporal away leaves its row behind; by this age its caller has given up. */
const undecidedAfterMs = 30_000;

/** One sweep's share, so that a long outage is worked off in steps. */
const batchSize = 200;

/** A settlement or a deadline that nobody acts on for so long may have lost its workflow. */
const strandedAfterMs = 5 * 60_000;

const takeUpAll = async (deps: SweepDeps, transactionIds: readonly string[]): Promise<void> => {
  const faults: unknown[] = [];
  for (const transactionId of transactionIds) {
    try {
      await takeUp(deps, transactionId);
    } catch (error) {
      if (error instanceof TemporarilyUnavailable) throw error;
      if (error instanceof ScreeningEnded) deps.onMissing(transactionId);
      else faults.push(error);
    }
  }
  if (faults.length > 0) throw faults[0];
};

/**
 * Starts the workflow of every stored order that still has no decision; starting one that runs
 * changes nothing. Returns how many it started or found running. An order that cannot be taken up
 * keeps back no other: its fault is thrown at the end. `TemporarilyUnavailable` is thrown at once.
 */
export const sweepUndecided = async (deps: SweepDeps): Promise<number> => {
  const before = new Date(deps.now().getTime() - undecidedAfterMs);
  const rows = await listUndecided(deps.db, before, batchSize);
  await takeUpAll(
    deps,
    rows.map((row) => row.transaction_id),
  );
  return rows.length;
};

/**
 * Starts the workflow of decided orders that should have moved on, in case somebody has ended it;
 * it goes on where the order stands. Throws as `sweepUndecided` does.
 */
export const sweepStranded = async (deps: SweepDeps): Promise<void> => {
  const before = new Date(deps.now().getTime() - strandedAfterMs);
  const times = { settlingBefore: before, overdueBefore: before };
  await takeUpAll(deps, await listStranded(deps.db, times, batchSize));
};
