import type { Controls } from '../contracts/controls.js';
import type { Queryable } from '../db/pool.js';
import type { Vault } from '../services/ports.js';
import { loadTransaction } from '../services/transactions/load.js';
import type { ScreeningClient } from './client.js';
import { type ScreeningPolicy, screeningInputOf } from './input.js';

export interface TakeUpDeps {
  readonly db: Queryable;
  readonly vault: Vault;
  readonly screening: Pick<ScreeningClient, 'start'>;
  readonly policy: ScreeningPolicy;
  readonly controls: () => Controls;
}

/**
 * Starts the workflow of a stored order; one that runs is left alone, one that failed or was ended
 * by somebody is begun anew and goes on where the order stands. Throws `ScreeningEnded` when it
 * has ended well, and `TemporarilyUnavailable`.
 */
export const takeUp = async (deps: TakeUpDeps, transactionId: string): Promise<void> => {
  const { transaction, receivedAt } = await loadTransaction(deps, transactionId);
  const input = screeningInputOf(
    transactionId,
    transaction,
    receivedAt,
    deps.policy,
    deps.controls(),
  );
  await deps.screening.start(input);
};
