import { countFreed, insertStuckRun, markFreed } from '../db/stuck-runs.js';
import type { OpenOrder } from '../db/sweeps.js';
import { findOpenOrder } from '../services/transactions/receive.js';
import { catchUp } from './catch-up.js';
import { isOtherInput } from './own-run.js';
import {
  type FailingRun,
  type ForeignRun,
  isBeyondPatience,
  type Patience,
  type Run,
  type Runs,
  stuckAfterMs,
} from './order-runs.js';
import { resumeOrder, type ResumeDeps } from './resume-order.js';
import { dayMs } from '../domain/utc-day.js';

export interface RecoverDeps extends ResumeDeps {
  readonly runs: Runs;
  readonly alarm: (
    code: 'workflow_missing' | 'workflow_stuck',
    fields: { readonly transactionId: string },
  ) => void;
}

const stuckAfterMaxMs = 3_600_000;

/**
 * How long a run must have failed before it is terminated, in milliseconds. `freed` counts the runs
 * of the order that were terminated lately: that has not helped, so the wait doubles each time, up
 * to an hour.
 */
export const pauseAfterFreed = (freed: number): number =>
  Math.min(stuckAfterMs * 2 ** freed, stuckAfterMaxMs);

/** The window in which terminated runs count. */
const freedWindowMs = dayMs;

/**
 * How many foreign runs are terminated without a wait: somebody may start several, and the order is
 * not at fault.
 */
const foreignWithoutPause = 3;

/**
 * False while a run must get more time, because earlier runs of the order were terminated lately.
 */
const isPauseOver = async (
  deps: RecoverDeps,
  { transactionId }: OpenOrder,
  { sinceMs }: FailingRun | ForeignRun,
  withoutPause: number,
): Promise<boolean> => {
  const now = deps.now();
  const since = new Date(now.getTime() - freedWindowMs);
  const freed = await countFreed(deps.db, transactionId, since);
  if (freed < withoutPause) return true;
  return now.getTime() - sinceMs >= pauseAfterFreed(freed);
};

const mustTerminate = (
  deps: RecoverDeps,
  order: OpenOrder,
  run: FailingRun | ForeignRun,
  patience: Patience,
): boolean | Promise<boolean> => {
  if (run.kind === 'foreign') return isPauseOver(deps, order, run, foreignWithoutPause);
  return isBeyondPatience(run, deps.now().getTime(), patience) && isPauseOver(deps, order, run, 1);
};

const reasonOf = ({ kind, cause, sinceMs }: FailingRun | ForeignRun): string =>
  kind === 'foreign'
    ? `it is not the run of this order, or leads nowhere (${cause})`
    : `its workflow tasks failed since ${new Date(sinceMs).toISOString()} (${cause})`;

/**
 * Terminates a stuck or foreign run and starts a new one, which continues from the order's status
 * in Postgres.
 */
const replaceRun = async (
  deps: RecoverDeps,
  order: OpenOrder,
  run: FailingRun | ForeignRun,
): Promise<void> => {
  const { transactionId, workflowId } = order;
  const { runId, cause, sinceMs } = run;
  const failingSince = new Date(sinceMs);
  const seen = { runId, transactionId, cause, failingSince, seenAt: deps.now() };
  const recordStuck = async (): Promise<void> => {
    if (await insertStuckRun(deps.db, seen)) deps.alarm('workflow_stuck', { transactionId });
  };
  if (run.kind === 'failing') await recordStuck();
  const end = async (): Promise<void> => {
    // Only now, after the order was decrypted: with a missing key every input would look foreign.
    await recordStuck();
    await deps.runs.terminate(workflowId, runId, `${reasonOf(run)}; a new run takes the order up`);
  };
  const isOwn = run.kind === 'failing' || !isOtherInput(run.cause);
  await resumeOrder(deps, order, { end, ...(isOwn && { endedRunId: runId }) });
  await markFreed(deps.db, transactionId, deps.now());
};

/**
 * Handles a completed run. The order may have moved on since it was read. If it has not, the run
 * was not the order's, or Postgres was restored to an earlier moment.
 */
const resumeCompleted = async (deps: RecoverDeps, found: OpenOrder) => {
  const { transactionId } = found;
  if ((await findOpenOrder(deps, transactionId)) === undefined) return false;
  await catchUp(deps, found);
  const order = await findOpenOrder(deps, transactionId);
  if (order === undefined) return true;
  deps.alarm('workflow_missing', { transactionId });
  await resumeOrder(deps, order, { isAfterCompleted: true });
  return true;
};

/** Whether a running workflow stands elsewhere than Postgres. For a moment that is usual. */
const isElsewhere = (order: OpenOrder, run: Run & { readonly kind: 'running' }): boolean =>
  run.isAhead || (run.status !== undefined && run.status !== order.status);

/**
 * Checks whether an open order has a workflow that can complete it, and starts one if not; true
 * when it changed something. Raises `workflow_missing` or `workflow_stuck`. Safe to run
 * concurrently. Throws `TemporarilyUnavailable`, and `ScreeningEnded` when the workflow has
 * completed.
 */
export const recover = async (
  deps: RecoverDeps,
  order: OpenOrder,
  patience: Patience = 'sweep',
): Promise<boolean> => {
  const run = await deps.runs.inspect(order.workflowId);
  switch (run.kind) {
    case 'running':
      if (isElsewhere(order, run) && (await catchUp(deps, order))?.isChanged) return true;
      // An operator has reset the run: it waits for a verdict that was already given, and settles
      // nothing.
      if (order.status !== 'settling' || !run.isWaiting) return false;
      await deps.screening.recheck(order.workflowId);
      return true;
    case 'failing':
    case 'foreign':
      if (!(await mustTerminate(deps, order, run, patience))) return false;
      await replaceRun(deps, order, run);
      return true;
    case 'completed':
      return resumeCompleted(deps, order);
    case 'none':
      // Never started: Temporal was down when the order was posted.
      if (order.status !== 'deciding')
        deps.alarm('workflow_missing', { transactionId: order.transactionId });
      await resumeOrder(deps, order);
      return true;
    case 'broken_off':
      deps.alarm('workflow_missing', { transactionId: order.transactionId });
      await resumeOrder(deps, order, run.isOwn ? { endedRunId: run.runId } : {});
      await markFreed(deps.db, order.transactionId, deps.now());
      return true;
    default:
      return run satisfies never;
  }
};
