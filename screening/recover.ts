import { countFreed, insertStuckRun, markFreed } from '../db/stuck-runs.js';
import type { OrderUnderWay } from '../db/sweeps.js';
import {
  type FailingRun,
  isBeyondPatience,
  type Patience,
  type Runs,
  stuckAfterMs,
} from './runs.js';
import { takeUp, type TakeUpDeps } from './take-up.js';
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

const isStuck = async (
  deps: RecoverDeps,
  { transactionId }: OrderUnderWay,
  run: FailingRun,
  patience: Patience,
): Promise<boolean> => {
  const now = deps.now();
  if (!isBeyondPatience(run, now.getTime(), patience)) return false;
  const since = new Date(now.getTime() - freedWindowMs);
  const freed = await countFreed(deps.pool, transactionId, since);
  if (freed === 0) return true;
  return now.getTime() - run.sinceMs >= pauseAfterFreed(freed);
};

/** Ends a stuck run and has a new one go on where Postgres says that the order stands. */
const free = async (deps: RecoverDeps, order: OrderUnderWay, run: FailingRun): Promise<void> => {
  const { transactionId, workflowId } = order;
  const { runId, cause, sinceMs } = run;
  const failingSince = new Date(sinceMs);
  const seen = { runId, transactionId, cause, failingSince, seenAt: deps.now() };
  if (await insertStuckRun(deps.pool, seen)) deps.alarm('workflow_stuck', { transactionId });
  const reason = `its workflow tasks failed since ${failingSince.toISOString()} (${cause})`;
  await deps.runs.terminate(workflowId, runId, `${reason}; a new run takes the order up`);
  await takeUp(deps, order, runId);
  await markFreed(deps.pool, transactionId, deps.now());
};

/**
 * Looks whether an order that is under way has a workflow that can bring it to its end, and gives
 * it one if not. An order of which Temporal knows nothing although it was decided, or whose run
 * was broken off, raises `workflow_missing`; one whose run fails task after task raises
 * `workflow_stuck`. A run that waits although its order is to be settled is told to look. Returns
 * true when something was done. It may run twice, and beside itself.
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
      if (!(await isStuck(deps, order, run, patience))) return false;
      await free(deps, order, run);
      return true;
    case 'none':
    case 'completed':
      // Nobody has begun it yet: its caller found Temporal away.
      if (order.status !== 'deciding')
        deps.alarm('workflow_missing', { transactionId: order.transactionId });
      await takeUp(deps, order);
      return true;
    case 'broken_off':
      deps.alarm('workflow_missing', { transactionId: order.transactionId });
      await takeUp(deps, order, run.runId);
      await markFreed(deps.pool, order.transactionId, deps.now());
      return true;
    default:
      return run satisfies never;
  }
};
