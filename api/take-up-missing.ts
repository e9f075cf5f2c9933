import { ScreeningEnded } from '../contracts/unavailable.js';
import { takeUp } from '../screening/take-up.js';
import type { ApiDeps } from './deps.js';

/**
 * Begins the workflow anew of an order that is open and has none, because somebody ended it; the
 * caller comes again. Raises the alarm `workflow_missing`. Throws `TemporarilyUnavailable`.
 */
export const takeUpMissing = async (deps: ApiDeps, transactionId: string): Promise<void> => {
  deps.alarm('workflow_missing', { transactionId });
  const source = { ...deps, db: deps.pool, controls: deps.controls.current };
  await takeUp(source, transactionId).catch((error: unknown) => {
    if (!(error instanceof ScreeningEnded)) throw error;
  });
};
