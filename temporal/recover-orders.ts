import { countFreed, insertStuckRun, markFreed } from '../db/stuck-runs.js';
import type { OrderUnderWay } from '../db/sweeps.js';
import { findUnderWay } from '../services/transactions/store.js';
import { isOtherInput } from './own-run.js';
import {
  type FailingRun,
  type ForeignRun,
  isBeyondPatience,
  type Patience,
  type Runs,
  stuckAfterMs,
} from './order-runs.js';
import { takeUp, type TakeUpDeps } from './resume-order.js';
import { dayMs } from '../domain/utc-day.js';

export interface RecoverDeps extends TakeUpDeps {
  readonly runs: Runs;
  readonly alarm: (
    code: 'workflow_missing' | 'workflow_stuck',
    fields: { readonly transactionId: string },
  ) => void;
}

const stuckAfterMaxMs = 3_600_000;

/**
 * For how long a run must have failed before it is ended, in milliseconds, where so many runs of
 * the order were freed lately: that has not helped so far, so the pause doubles, up to an hour.
 */
export const pauseAfterFreed = (freed: number): number =>
  Math.min(stuckAfterMs * 2 ** freed, stuckAfterMaxMs);

/** Freed so often within a day. */
const freedWindowMs = dayMs;

/** Somebody may begin foreign runs again and again; not each of them is a fault of the order. */
const foreignWithoutPause = 3;

/** Whether the order was freed so often that its run is to be given more time. */
const isPauseOver = async (
  deps: RecoverDeps,
  { transactionId }: OrderUnderWay,
  { sinceMs }: FailingRun | ForeignRun,
  withoutPause: number,
): Promise<boolean> => {
  const now = deps.now();
  const since = new Date(now.getTime() - freedWindowMs);
  const freed = await countFreed(deps.db, transactionId, since);
  if (freed < withoutPause) return true;
  return now.getTime() - sinceMs >= pauseAfterFreed(freed);
};

const isToBeEnded = (
  deps: RecoverDeps,
  order: OrderUnderWay,
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

/** Ends a run that leads nowhere and has a new one go on where Postgres says the order stands. */
const free = async (
  deps: RecoverDeps,
  order: OrderUnderWay,
  run: FailingRun | ForeignRun,
): Promise<void> => {
  const { transactionId, workflowId } = order;
  const { runId, cause, sinceMs } = run;
  const failingSince = new Date(sinceMs);
  const seen = { runId, transactionId, cause, failingSince, seenAt: deps.now() };
  const note = async (): Promise<void> => {
    if (await insertStuckRun(deps.db, seen)) deps.alarm('workflow_stuck', { transactionId });
  };
  if (run.kind === 'failing') await note();
  const end = async (): Promise<void> => {
    // Only now: where a key of ours is missing, no input opens, and no row either.
    await note();
    await deps.runs.terminate(workflowId, runId, `${reasonOf(run)}; a new run takes the order up`);
  };
  const isOwn = run.kind === 'failing' || !isOtherInput(run.cause);
  await takeUp(deps, order, { end, ...(isOwn && { endedRunId: runId }) });
  await markFreed(deps.db, transactionId, deps.now());
};

/**
 * A run has ended well, and the order may have moved on with it since it was read. Where it has
 * not, the run was another's, or Postgres was put back to an earlier day.
 */
const takeUpAgain = async (deps: RecoverDeps, { transactionId }: OrderUnderWay) => {
  const order = await findUnderWay(deps, transactionId);
  if (order === undefined) return false;
  deps.alarm('workflow_missing', { transactionId });
  await takeUp(deps, order, { isAfterCompleted: true });
  return true;
};

/**
 * Looks whether an order that is under way has a workflow that can bring it to its end, and gives
 * it one if not. An order of which Temporal knows nothing although it was decided, or whose run
 * was broken off, raises `workflow_missing`; one whose run fails task after task, or is not the
 * order's own, raises `workflow_stuck`. A run that waits although its order is to be settled is
 * told to look. Returns true when something was done. It may run twice, and beside itself.
 * Throws `ScreeningEnded` when the workflow has ended well, and `TemporarilyUnavailable`.
 */
export const recover = async (
  deps: RecoverDeps,
  order: OrderUnderWay,
  patience: Patience = 'sweep',
): Promise<boolean> => {
  const run = await deps.runs.look(order.workflowId);
  switch (run.kind) {
    case 'running':
      // Somebody has reset it: it waits for a verdict that was given, and settles nothing.
      if (order.status !== 'settling' || !run.isWaiting) return false;
      await deps.screening.recheck(order.workflowId);
      return true;
    case 'failing':
    case 'foreign':
      if (!(await isToBeEnded(deps, order, run, patience))) return false;
      await free(deps, order, run);
      return true;
    case 'completed':
      return takeUpAgain(deps, order);
    case 'none':
      // Nobody has begun it yet: its caller found Temporal away.
      if (order.status !== 'deciding')
        deps.alarm('workflow_missing', { transactionId: order.transactionId });
      await takeUp(deps, order);
      return true;
    case 'broken_off':
      deps.alarm('workflow_missing', { transactionId: order.transactionId });
      await takeUp(deps, order, run.isOwn ? { endedRunId: run.runId } : {});
      await markFreed(deps.db, order.transactionId, deps.now());
      return true;
    default:
      return run satisfies never;
  }
};
