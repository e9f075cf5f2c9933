import type { Settings } from '../contracts/settings.js';
import type { Queryable } from '../db/pool.js';
import type { Logger } from '../runtime/logger.js';
import { purgeAlerts } from '../services/alerts/counting.js';
import { purgeEvents } from '../services/due-work.js';
import { purgeEvidence } from '../services/evidence/record.js';
import { repeat, warnUnlessEnding } from './repeat.js';

const purgeEveryMs = 60 * 60_000;

interface Deps {
  readonly db: Queryable;
  readonly settings: Pick<Settings, 'evidence' | 'alerts'>;
  readonly now: () => Date;
}

interface Parts {
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Sees to it that evidence, alerts and events of orders are deleted when their time is over, until
 * `signal` aborts.
 */
export const keepEvidence = async ({ db, settings, now }: Deps, parts: Parts): Promise<void> => {
  const purge = async (): Promise<void> => {
    const at = now();
    const deleted = {
      ...(await purgeEvidence({ db, now: at }, { retentionDays: settings.evidence.retentionDays })),
      ...(await purgeAlerts({ db, now: at }, { retentionDays: settings.alerts.retentionDays })),
      ...(await purgeEvents({ db, now: at })),
    };
    if (Object.values(deleted).some((count) => count > 0)) {
      parts.logger.info(deleted, 'deleted what was kept for its time');
    }
  };
  const { signal } = parts;
  const onFault = warnUnlessEnding(parts, 'what is old could not be deleted');
  await repeat(purge, { everyMs: purgeEveryMs, signal, onFault });
};
