import type { Pool } from '../../db/pool.js';
import { atPresent, system } from '../../services/context.js';
import {
  endPointsFit as end,
  planPointsFit as plan,
  proposePoints as propose,
} from '../../services/learned-points/run.js';
import { inThread } from '../in-thread.js';

interface Named {
  readonly fitId: string;
}

export interface FitDeps {
  readonly db: Pool;
  readonly now: () => Date;
  /** These two run in another thread, because this event loop answers orders. */
  readonly countPart: (
    part: Named & { readonly part: number },
    signal: AbortSignal,
  ) => Promise<void>;
  readonly fit: (named: Named, signal: AbortSignal) => Promise<void>;
}

/** The activities of learning points, bound to their dependencies. Each may run twice. */
export const createFitActivities = (deps: FitDeps) => ({
  planPointsFit: ({ fitId }: Named): Promise<number> => plan(deps, fitId),
  /** It may run twice: a part counts once. */
  countFitPart: (part: Named & { readonly part: number }): Promise<void> =>
    inThread((signal) => deps.countPart(part, signal)),
  fitPoints: (named: Named): Promise<void> => inThread((signal) => deps.fit(named, signal)),
  proposePoints: ({ fitId }: Named): Promise<string | null> => propose(atPresent(deps), fitId),
  endPointsFit: async ({
    fitId,
    state,
  }: Named & { readonly state: 'cancelled' | 'failed' }): Promise<void> => {
    await end({ db: deps.db, actor: system, now: deps.now() }, { fitId, state });
  },
});

export type FitActivities = ReturnType<typeof createFitActivities>;
