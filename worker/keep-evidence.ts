import type { Settings } from '../contracts/settings.js';
import type { Queryable } from '../db/pool.js';
import type { Logger } from '../runtime/logger.js';
import { purgeAlerts } from '../services/alerts/counting.js';
import { isDrainDue } from '../services/evidence/aifi-pushes.js';
import { purgeEvidence } from '../services/evidence/record.js';
import { repeat, warnUnlessEnding } from './repeat.js';

/** Pushes whose signal was lost, with Temporal away, wait no longer than this. */
const lookEveryMs = 15_000;

const purgeEveryMs = 60 * 60_000;

interface Deps {
  readonly db: Queryable;
  readonly settings: Pick<Settings, 'evidence' | 'alerts'>;
  readonly now: () => Date;
  /** Wakes the workflow that drains pushes. */
  readonly wake: () => Promise<void>;
}

interface Parts {
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Sees to it that what AiFi has pushed is drained, and that evidence and alerts are deleted when
 * their time is over, until `signal` aborts.
 */
export const keepEvidence = async (
  { db, settings, now, wake }: Deps,
  parts: Parts,
): Promise<void> => {
  const drain = async (): Promise<void> => {
    if (await isDrainDue({ db, now: now() })) await wake();
  };
  const purge = async (): Promise<void> => {
    const at = now();
    const deleted = {
      ...(await purgeEvidence({ db, now: at }, { retentionDays: settings.evidence.retentionDays })),
      ...(await purgeAlerts({ db, now: at }, { retentionDays: settings.alerts.retentionDays })),
    };
    if (Object.values(deleted).some((count) => count > 0)) {
      parts.logger.info(deleted, 'deleted what was kept for its time');
    }
  };
  const { signal } = parts;
  const drainFault = warnUnlessEnding(parts, 'pushes could not be drained');
  const purgeFault = warnUnlessEnding(parts, 'what is old could not be deleted');
  await Promise.all([
    repeat(drain, { everyMs: lookEveryMs, signal, onFault: drainFault }),
    repeat(purge, { everyMs: purgeEveryMs, signal, onFault: purgeFault }),
  ]);
};
