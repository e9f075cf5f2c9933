import { ScreeningEnded } from '../contracts/unavailable.js';
import { recover } from '../temporal/recover-orders.js';
import { findUnderWay } from '../services/transactions/store.js';
import type { ApiDeps } from './deps.js';

/**
 * Gives a workflow to an order that is open and has none that could take a message: somebody ended
 * it, or its tasks fail. The caller comes again. Raises the alarm `workflow_missing` or
 * `workflow_stuck`. Throws `TemporarilyUnavailable`.
 */
export const takeUpMissing = async (deps: ApiDeps, transactionId: string): Promise<void> => {
  const order = await findUnderWay(deps, transactionId);
  if (order === undefined) return;
  const source = { ...deps, controls: deps.controls.current };
  await recover(source, order, 'asked').catch((error: unknown) => {
    if (!(error instanceof ScreeningEnded)) throw error;
  });
};
