import type { Queryable } from '../db/pool.js';
import type { Logger } from '../runtime/logger.js';
import { isDrainDue } from '../services/evidence/aifi-pushes.js';
import { repeat, warnUnlessEnding } from './repeat.js';

/** Pushes whose signal was lost, with Temporal away, wait no longer than this. */
const lookEveryMs = 15_000;

interface Deps {
  readonly db: Queryable;
  readonly now: () => Date;
  /** Wakes the workflow that drains pushes. */
  readonly wake: () => Promise<void>;
}

interface Parts {
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Sees to it that what AiFi has pushed is drained, until `signal` aborts. */
export const keepEvidence = async ({ db, now, wake }: Deps, parts: Parts): Promise<void> => {
  const drain = async (): Promise<void> => {
    if (await isDrainDue({ db, now: now() })) await wake();
  };
  const onFault = warnUnlessEnding(parts, 'pushes could not be drained');
  await repeat(drain, { everyMs: lookEveryMs, signal: parts.signal, onFault });
};
