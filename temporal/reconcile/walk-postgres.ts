import { listOpenAfter } from '../../db/reconcile.js';
import type { OpenOrder } from '../../db/sweeps.js';
import { recover, type RecoverDeps } from '../recover-orders.js';
import { compareOne, type Finding, type Found } from './findings.js';

export interface OpenWalkDeps extends RecoverDeps {
  /** False only reports. */
  readonly isApplied: boolean;
  readonly found: Found;
}

const pageSize = 200;

const check = async (deps: OpenWalkDeps, known: Omit<Finding, 'kind'>, order: OpenOrder) => {
  const run = await deps.runs.inspect(order.workflowId);
  // The walk over Temporal's orders finds and stores what a completed run knows.
  if (run.kind === 'running' || (run.kind === 'completed' && !deps.isApplied)) return undefined;
  const isUnreadable = run.kind === 'foreign' && run.cause === 'UNREADABLE_INPUT';
  if (isUnreadable) return { kind: 'unreadable', ...known } as const;
  deps.found({ kind: 'no_workflow', ...known, temporal: run.kind });
  if (deps.isApplied) await recover(deps, order);
  return undefined;
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
      const { transactionId, workflowId, status: postgres } = order;
      const known = { transactionId, workflowId, postgres };
      await compareOne(deps.found, known, () => check(deps, known, order));
    }
    seen += page.length;
    const last = page.at(-1);
    if (last === undefined) return seen;
    after = last.transactionId;
  }
};
