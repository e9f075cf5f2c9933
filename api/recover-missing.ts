import { ScreeningEnded } from '../contracts/unavailable.js';
import { recover } from '../temporal/recover-orders.js';
import { findOpenOrder } from '../services/transactions/receive.js';
import type { ApiDeps } from './deps.js';

/**
 * Starts a workflow for an open order whose workflow is gone or stuck. The caller retries. Raises
 * the alarm `workflow_missing` or `workflow_stuck`. Throws `TemporarilyUnavailable`.
 */
export const recoverMissing = async (deps: ApiDeps, transactionId: string): Promise<void> => {
  const order = await findOpenOrder(deps, transactionId);
  if (order === undefined) return;
  const source = { ...deps, controls: deps.controls.current };
  await recover(source, order, 'asked').catch((error: unknown) => {
    if (!(error instanceof ScreeningEnded)) throw error;
  });
};
