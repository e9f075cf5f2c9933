import { Context } from '@temporalio/activity';
import type { Pool } from '../../db/pool.js';
import {
  endBacktest as end,
  finishBacktest as finish,
  planBacktest as plan,
} from '../../services/backtests/run.js';
import { atPresent, system } from '../../services/context.js';

export interface BacktestDeps {
  readonly db: Pool;
  readonly now: () => Date;
  /** Evaluates a part in another thread, because this event loop answers orders. */
  readonly evaluate: (
    part: { readonly backtestId: string; readonly part: number },
    signal: AbortSignal,
  ) => Promise<void>;
}

interface Named {
  readonly backtestId: string;
}

/** Short enough to meet the heartbeat timeout and to notice a cancellation soon. */
const heartbeatMs = 2000;

/** Evaluates one part. It may run twice: a part counts once. */
const evaluatePart =
  ({ evaluate }: BacktestDeps) =>
  async (part: Named & { readonly part: number }): Promise<void> => {
    const context = Context.current();
    const beat = setInterval(() => context.heartbeat(), heartbeatMs);
    try {
      await evaluate(part, context.cancellationSignal);
    } catch (error) {
      // A cancelled evaluation has not failed.
      context.cancellationSignal.throwIfAborted();
      throw error;
    } finally {
      clearInterval(beat);
    }
  };

/** The activities of a backtest, bound to their dependencies. Each may run twice. */
export const createBacktestActivities = (deps: BacktestDeps) => ({
  planBacktest: ({ backtestId }: Named): Promise<number> => plan(deps, backtestId),
  evaluatePart: evaluatePart(deps),
  finishBacktest: ({ backtestId }: Named): Promise<void> => finish(atPresent(deps), backtestId),
  endBacktest: async ({
    backtestId,
    state,
  }: Named & { readonly state: 'cancelled' | 'failed' }): Promise<void> => {
    await end({ db: deps.db, actor: system, now: deps.now() }, { backtestId, state });
  },
});

export type BacktestActivities = ReturnType<typeof createBacktestActivities>;
