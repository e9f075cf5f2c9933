import type { Controls } from '../contracts/controls.js';
import { ScreeningEnded, TemporarilyUnavailable } from '../contracts/unavailable.js';
import type { Queryable } from '../db/pool.js';
import { listUndecided } from '../db/transactions.js';
import type { Vault } from '../services/ports.js';
import { loadTransaction } from '../services/transactions/load.js';
import type { ScreeningClient } from './client.js';
import { type ScreeningPolicy, screeningInputOf } from './input.js';

export interface SweepDeps {
  readonly db: Queryable;
  readonly vault: Vault;
  readonly screening: ScreeningClient;
  readonly policy: ScreeningPolicy;
  readonly controls: () => Controls;
  readonly now: () => Date;
  /** Called for each order that is undecided although its workflow has ended. */
  readonly onMissing: (transactionId: string) => void;
}

/** A post that found Temporal away leaves its row behind; by this age its caller has given up. */
const undecidedAfterMs = 30_000;

/** One sweep's share, so that a long outage is worked off in steps. */
const batchSize = 200;

const takeUp = async (deps: SweepDeps, transactionId: string): Promise<void> => {
  const { transaction, receivedAt } = await loadTransaction(deps, transactionId);
  const input = screeningInputOf(
    transactionId,
    transaction,
    receivedAt,
    deps.policy,
    deps.controls(),
  );
  await deps.screening.start(input).catch((error: unknown) => {
    if (!(error instanceof ScreeningEnded)) throw error;
    deps.onMissing(transactionId);
  });
};

/**
 * Starts the workflow of every stored order that still has no decision; starting one that runs
 * changes nothing. Returns how many it started or found running. An order that cannot be taken up
 * keeps back no other: its fault is thrown at the end. `TemporarilyUnavailable` is thrown at once.
 */
export const sweepUndecided = async (deps: SweepDeps): Promise<number> => {
  const before = new Date(deps.now().getTime() - undecidedAfterMs);
  const rows = await listUndecided(deps.db, before, batchSize);
  const faults: unknown[] = [];
  for (const { transaction_id: transactionId } of rows) {
    try {
      await takeUp(deps, transactionId);
    } catch (error) {
      if (error instanceof TemporarilyUnavailable) throw error;
      faults.push(error);
    }
  }
  if (faults.length > 0) throw faults[0];
  return rows.length;
};
