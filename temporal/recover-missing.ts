import { ScreeningEnded } from '../contracts/unavailable.js';
import { findOpenOrder } from '../services/transactions/receive.js';
import { recover, type RecoverDeps } from './recover-orders.js';

/**
 * Starts a workflow for an open order whose workflow is gone or stuck. The caller retries. Raises
 * the alarm `workflow_missing` or `workflow_stuck`. Throws `TemporarilyUnavailable`.
 */
export const recoverMissing = async (deps: RecoverDeps, transactionId: string): Promise<void> => {
  const order = await findOpenOrder(deps, transactionId);
  if (order === undefined) return;
  await recover(deps, order, 'asked').catch((error: unknown) => {
    if (!(error instanceof ScreeningEnded)) throw error;
  });
};
