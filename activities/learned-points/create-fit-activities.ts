import type { Pool } from '../../db/pool.js';
import { atPresent, system } from '../../services/context.js';
import { readPointsFit } from '../../services/learned-points/read.js';
import {
  endPointsFit as end,
  planPointsFit as plan,
  proposePoints as propose,
} from '../../services/learned-points/run.js';
import type { Reports } from '../deps.js';
import { inThread } from '../in-thread.js';

interface Named {
  readonly fitId: string;
}

export interface FitDeps {
  readonly db: Pool;
  readonly now: () => Date;
  readonly reports: Pick<Reports, 'alarm'>;
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
  proposePoints: async ({ fitId }: Named): Promise<string | null> => {
    const backtestId = await propose(atPresent(deps), fitId);
    const fit = await readPointsFit(deps, fitId);
    if (fit?.result?.verdict === 'too_few_labels') {
      deps.reports.alarm('points_fit_too_few_labels', { fitId });
    }
    return backtestId;
  },
  endPointsFit: async ({
    fitId,
    state,
  }: Named & { readonly state: 'cancelled' | 'failed' }): Promise<void> => {
    const fit = await end({ db: deps.db, actor: system, now: deps.now() }, { fitId, state });
    if (fit?.state === 'failed') deps.reports.alarm('points_fit_failed', { fitId });
  },
});

export type FitActivities = ReturnType<typeof createFitActivities>;
