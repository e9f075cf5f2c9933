import type { Client } from '@temporalio/client';
import { ScreeningEnded, TemporarilyUnavailable } from '../contracts/unavailable.js';
import { claimSweepShare, listUnderWay, type OrderUnderWay, type SweepName } from '../db/sweeps.js';
import { transactionIdOfWorkflow } from '../services/transactions/ids.js';
import { screenTransactionType } from '../workflows/order/messages.js';
import { KeyMissing } from '../runtime/envelope.js';
import { giveWay, lateAtOnce } from './late-work.js';
import { recover, type RecoverDeps } from './recover-orders.js';
import { temporalFault } from './temporal-fault.js';

/** What one sweep looks at in a turn. All times are milliseconds. */
interface SweepPlan {
  /** Orders that came there later are left to themselves. */
  readonly afterMs: number;
  readonly roundMs: number;
  readonly limit: number;
}

/**
 * Each look is one call to Temporal, for orders of which nearly all are well. A turn comes every
 * ten seconds, so the limits keep a worker's calls to 20 and 10 a second, however many wait.
 */
export const sweepPlans: Readonly<Record<SweepName, SweepPlan>> = {
  // A post that found Temporal away leaves its row behind; by this age its caller has given up.
  undecided: { afterMs: 30_000, roundMs: 10_000, limit: 200 },
  settling: { afterMs: 20_000, roundMs: 30_000, limit: 200 },
  reviews: { afterMs: 20_000, roundMs: 60_000, limit: 100 },
};

/** So few are claimed at once that other workers find some, too: taking them up takes a while. */
const shareMax = 20;

export interface SweepDeps extends RecoverDeps {
  /** Ends a sweep early. */
  readonly signal: AbortSignal;
}

const recoverAll = async (deps: SweepDeps, orders: readonly OrderUnderWay[]): Promise<number> => {
  const faults: unknown[] = [];
  const waiting = [...orders];
  let taken = 0;
  const work = async (): Promise<void> => {
    for (let order = waiting.shift(); order !== undefined; order = waiting.shift()) {
      const sinceMs = performance.now();
      try {
        if (!(await recover(deps, order))) continue;
        taken += 1;
        await giveWay(deps, order, sinceMs);
      } catch (error) {
        if (deps.signal.aborted || error instanceof TemporarilyUnavailable) waiting.length = 0;
        // It ended well just now: its row tells that in a moment. Of a missing key the vault tells.
        const isKnown = error instanceof ScreeningEnded || error instanceof KeyMissing;
        if (!deps.signal.aborted && !isKnown) faults.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: lateAtOnce }, work));
  if (faults.length > 0) throw faults[0];
  return taken;
};

/**
 * Looks at the next orders of one kind that are under way, and takes up those that have no workflow
 * to bring them to their end, behind those whose callers wait. Returns how many it took up. An
 * order that cannot be taken up keeps back no other: its fault is thrown at the end.
 * `TemporarilyUnavailable` ends the turn.
 */
export const sweep = async (deps: SweepDeps, name: SweepName): Promise<number> => {
  const { afterMs, roundMs, limit } = sweepPlans[name];
  const faults: unknown[] = [];
  let taken = 0;
  for (let looked = 0; looked < limit && !deps.signal.aborted; looked += shareMax) {
    const now = deps.now();
    const before = new Date(now.getTime() - afterMs);
    const share = await claimSweepShare(deps.db, name, { before, limit: shareMax, roundMs, now });
    try {
      taken += await recoverAll(deps, share);
    } catch (error) {
      if (error instanceof TemporarilyUnavailable) throw error;
      faults.push(error);
    }
    if (share.length < shareMax) break;
  }
  if (faults.length > 0) throw faults[0];
  return taken;
};

/** What a turn reads of the runs that were broken off; more come in the next ones. */
const brokenOffMax = 500;

/**
 * The transactions of orders whose run was broken off since `since`, from Temporal's visibility
 * store, which is some moments late. Throws `TemporarilyUnavailable`.
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
    // The bare call: the list of the library fails where one run has a memo of another key.
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

/** So far back runs are looked for that were broken off; each is looked at once. */
const brokenOffWindowMs = 600_000;

/**
 * Takes up orders soon after somebody or something has broken off their run, however many others
 * wait in the sweeps. The looks of one process share what they have seen; the sweeps come to what
 * none of them could take up.
 */
export const createBrokenOffSweep = (client: Client, taskQueue: string) => {
  let seen = new Set<string>();
  return async (deps: SweepDeps): Promise<number> => {
    const since = new Date(deps.now().getTime() - brokenOffWindowMs);
    const found = await listBrokenOff(client, taskQueue, since);
    const fresh = [...found].filter(([runId]) => !seen.has(runId));
    if (fresh.length === 0) return 0;
    const orders = await listUnderWay(deps.db, [...new Set(fresh.map(([, id]) => id))]);
    try {
      return await recoverAll(deps, orders);
    } finally {
      seen = new Set(found.keys());
    }
  };
};
