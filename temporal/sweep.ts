import type { Client } from '@temporalio/client';
import { ScreeningEnded, TemporarilyUnavailable } from '../contracts/unavailable.js';
import { claimSweepShare, listOpenOrders, type OpenOrder, type SweepName } from '../db/sweeps.js';
import { transactionIdOfWorkflow } from '../services/transactions/ids.js';
import { screenTransactionType } from '../workflows/order/messages.js';
import { KeyMissing } from '../runtime/envelope.js';
import { pauseAfterLateOrder, lateAtOnce } from './late-work.js';
import { recover, type RecoverDeps } from './recover-orders.js';
import { temporalFault } from './temporal-fault.js';

/** The bounds of one turn of a sweep. All times are milliseconds. */
interface SweepPlan {
  /** Younger orders are skipped. */
  readonly afterMs: number;
  readonly roundMs: number;
  readonly limit: number;
}

/**
 * Each check is one call to Temporal, and nearly all orders are healthy. A turn runs every ten
 * seconds, so the limits keep a worker at 20 and 10 calls a second, however many orders wait.
 */
export const sweepPlans: Readonly<Record<SweepName, SweepPlan>> = {
  // A post while Temporal is down leaves an undecided row. By this age its caller has given up.
  undecided: { afterMs: 30_000, roundMs: 10_000, limit: 200 },
  settling: { afterMs: 20_000, roundMs: 30_000, limit: 200 },
  reviews: { afterMs: 20_000, roundMs: 60_000, limit: 100 },
};

/**
 * Claims are small, because recovery takes a while and other workers should find some orders too.
 */
const shareMax = 20;

export interface SweepDeps extends RecoverDeps {
  /** Stops a sweep early. */
  readonly signal: AbortSignal;
}

const recoverAll = async (deps: SweepDeps, orders: readonly OpenOrder[]): Promise<number> => {
  const faults: unknown[] = [];
  const waiting = [...orders];
  let recovered = 0;
  const work = async (): Promise<void> => {
    for (let order = waiting.shift(); order !== undefined; order = waiting.shift()) {
      const sinceMs = performance.now();
      try {
        if (!(await recover(deps, order))) continue;
        recovered += 1;
        await pauseAfterLateOrder(deps, order, sinceMs);
      } catch (error) {
        if (deps.signal.aborted || error instanceof TemporarilyUnavailable) waiting.length = 0;
        // The workflow has just completed, and its row will say so; the vault reports missing keys
        // itself.
        const isKnown = error instanceof ScreeningEnded || error instanceof KeyMissing;
        if (!deps.signal.aborted && !isKnown) faults.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: lateAtOnce }, work));
  if (faults.length > 0) throw faults[0];
  return recovered;
};

/**
 * Checks the next open orders of one kind and recovers those without a working workflow, behind
 * orders whose callers wait. Returns how many it recovered. An order that cannot be recovered does
 * not block others: its fault is thrown at the end. `TemporarilyUnavailable` ends the turn.
 */
export const sweep = async (deps: SweepDeps, name: SweepName): Promise<number> => {
  const { afterMs, roundMs, limit } = sweepPlans[name];
  const faults: unknown[] = [];
  let recovered = 0;
  for (let checked = 0; checked < limit && !deps.signal.aborted; checked += shareMax) {
    const now = deps.now();
    const before = new Date(now.getTime() - afterMs);
    const share = await claimSweepShare(deps.db, name, { before, limit: shareMax, roundMs, now });
    try {
      recovered += await recoverAll(deps, share);
    } catch (error) {
      if (error instanceof TemporarilyUnavailable) throw error;
      faults.push(error);
    }
    if (share.length < shareMax) break;
  }
  if (faults.length > 0) throw faults[0];
  return recovered;
};

/** How many broken-off runs a turn reads; the next turns read more. */
const brokenOffMax = 500;

/**
 * The transaction ids of runs that were broken off since `since`, by run id, from Temporal's
 * visibility store, which lags slightly. Throws `TemporarilyUnavailable`.
 */
const listBrokenOff = async (client: Client, taskQueue: string, since: Date) => {
  const query = [
    `WorkflowType = '${screenTransactionType}'`,
    `TaskQueue = '${taskQueue}'`,
    `ExecutionStatus IN ('Terminated', 'Failed', 'TimedOut', 'Canceled')`,
    `CloseTime > '${since.toISOString()}'`,
  ].join(' AND ');
  const found = new Map<string, string>();
  try {
    // A raw call: the library's list fails when one run has a memo sealed with another key.
    const { executions } = await client.workflowService.listWorkflowExecutions({
      namespace: client.options.namespace,
      query,
      pageSize: brokenOffMax,
    });
    for (const { execution } of executions ?? []) {
      const { runId, workflowId } = execution ?? {};
      if (runId && workflowId) found.set(runId, transactionIdOfWorkflow(workflowId));
    }
  } catch (error) {
    throw temporalFault(error);
  }
  return found;
};

/** How far back broken-off runs are searched; each is handled once. */
const brokenOffWindowMs = 600_000;

/**
 * Recovers orders soon after their run was broken off, however many others wait in the sweeps. One
 * process remembers the runs that it has handled; the sweeps recover what it could not.
 */
export const createBrokenOffSweep = (client: Client, taskQueue: string) => {
  let seen = new Set<string>();
  return async (deps: SweepDeps): Promise<number> => {
    const since = new Date(deps.now().getTime() - brokenOffWindowMs);
    const found = await listBrokenOff(client, taskQueue, since);
    const fresh = [...found].filter(([runId]) => !seen.has(runId));
    if (fresh.length === 0) return 0;
    const orders = await listOpenOrders(deps.db, [...new Set(fresh.map(([, id]) => id))]);
    try {
      return await recoverAll(deps, orders);
    } finally {
      seen = new Set(found.keys());
    }
  };
};
