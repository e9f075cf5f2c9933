import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import { listOpenAfter } from '../../db/reconcile.js';
import type { OpenOrder } from '../../db/sweeps.js';
import { recover, type RecoverDeps } from '../recover-orders.js';
import type { Found } from './findings.js';

export interface OpenWalkDeps extends RecoverDeps {
  /** False only reports. */
  readonly isApplied: boolean;
  readonly found: Found;
}

const pageSize = 200;

const check = async (deps: OpenWalkDeps, order: OpenOrder): Promise<void> => {
  const { transactionId, workflowId, status: postgres } = order;
  const run = await deps.runs.inspect(workflowId);
  // The walk over Temporal's orders finds and stores what a completed run knows.
  if (run.kind === 'running' || (run.kind === 'completed' && !deps.isApplied)) return;
  deps.found({ kind: 'no_workflow', transactionId, workflowId, postgres, temporal: run.kind });
  if (deps.isApplied) await recover(deps, order);
};

/**
 * Looks for the workflow of every open order, page by page, and starts one where none works, as the
 * sweep does in time. Returns how many orders it has seen. Throws `TemporarilyUnavailable`.
 */
export const walkPostgres = async (deps: OpenWalkDeps): Promise<number> => {
  let seen = 0;
  let after = '';
  for (;;) {
    const page = await listOpenAfter(deps.db, after, pageSize);
    for (const order of page) {
      try {
        await check(deps, order);
      } catch (error) {
        if (error instanceof TemporarilyUnavailable) throw error;
        const { transactionId, workflowId, status: postgres } = order;
        deps.found({ kind: 'failed', transactionId, workflowId, postgres });
      }
    }
    seen += page.length;
    const last = page.at(-1);
    if (last === undefined) return seen;
    after = last.transactionId;
  }
};
