import type { Pool } from '../../db/pool.js';
import {
  endBacktest as end,
  finishBacktest as finish,
  planBacktest as plan,
} from '../../services/backtests/run.js';
import { atPresent, system } from '../../services/context.js';
import { inThread } from '../in-thread.js';

interface Named {
  readonly backtestId: string;
}

export interface BacktestDeps {
  readonly db: Pool;
  readonly now: () => Date;
  /** Evaluates a part in another thread, because this event loop answers orders. */
  readonly evaluate: (
    part: Named & { readonly part: number },
    signal: AbortSignal,
  ) => Promise<void>;
}

/** The activities of a backtest, bound to their dependencies. Each may run twice. */
export const createBacktestActivities = (deps: BacktestDeps) => ({
  planBacktest: ({ backtestId }: Named): Promise<number> => plan(deps, backtestId),
  /** It may run twice: a part counts once. */
  evaluatePart: (part: Named & { readonly part: number }): Promise<void> =>
    inThread((signal) => deps.evaluate(part, signal)),
  finishBacktest: ({ backtestId }: Named): Promise<void> => finish(atPresent(deps), backtestId),
  endBacktest: async ({
    backtestId,
    state,
  }: Named & { readonly state: 'cancelled' | 'failed' }): Promise<void> => {
    await end({ db: deps.db, actor: system, now: deps.now() }, { backtestId, state });
  },
});

export type BacktestActivities = ReturnType<typeof createBacktestActivities>;
