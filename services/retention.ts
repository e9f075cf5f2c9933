import type { Settings } from '../contracts/settings.js';
import { deleteOldAlertRules, deleteOldRows, oldRowsAtOnce } from '../db/old-rows.js';
import type { Queryable } from '../db/pool.js';
import { dayMs } from '../domain/utc-day.js';
import type { Context } from './context.js';

/** The settings that say how long what is kept, in days. */
export interface RetentionSettings {
  readonly evidence: Pick<Settings['evidence'], 'retentionDays'>;
  readonly alerts: Pick<Settings['alerts'], 'retentionDays'>;
}

type DeleteSome = (db: Queryable, before: Date) => Promise<number>;

interface Kept {
  readonly days: (settings: RetentionSettings) => number;
  readonly deleteSome: DeleteSome;
}

/** What follows from an event stands on its own; it is kept for people who look closer. */
const eventDays = 7;

const asEvidence = ({ evidence }: RetentionSettings) => evidence.retentionDays;
const asAlerts = ({ alerts }: RetentionSettings) => alerts.retentionDays;

/** What is kept for a time only. Alerts come before rules: a rule stays while it has an alert. */
const kept = {
  evidence: { days: asEvidence, deleteSome: (db, at) => deleteOldRows(db, 'evidence', at) },
  pushes: { days: asEvidence, deleteSome: (db, at) => deleteOldRows(db, 'aifi_pushes', at) },
  activities: { days: asAlerts, deleteSome: (db, at) => deleteOldRows(db, 'alert_activities', at) },
  alerts: { days: asAlerts, deleteSome: (db, at) => deleteOldRows(db, 'alert_events', at) },
  rules: { days: asAlerts, deleteSome: deleteOldAlertRules },
  orderEvents: {
    days: () => eventDays,
    deleteSome: (db, at) => deleteOldRows(db, 'order_events', at),
  },
} as const satisfies Readonly<Record<string, Kept>>;

type KeptName = keyof typeof kept;

const names = Object.keys(kept) as KeptName[];

/** How many rows of each kind were deleted. */
export type Deleted = Readonly<Record<KeptName, number>>;

export interface DeletedPart {
  readonly deleted: Deleted;
  /** The bound of statements was reached: there may be more. */
  readonly hasMore: boolean;
}

/**
 * Deletes what has been kept for its time, the oldest first, in at most `statementsMax` statements
 * of a thousand rows each, which must be more than there are kinds:
 *
 * - evidence and AiFi's pushes after `evidence.retentionDays`;
 * - after `alerts.retentionDays` activities that were received and alerts that happened before
 *   that, the alerts' mails with them, and deleted rules whose alerts are gone. An alert of which
 *   somebody is still to be told stays;
 * - events of orders that were dispatched after a week.
 *
 * `onStatement` is called before each statement, and ends the work by throwing. Any number of
 * callers may delete at once.
 */
export const deleteOld = async (
  { db, now }: Context<'now'>,
  options: {
    readonly settings: RetentionSettings;
    readonly statementsMax: number;
    readonly onStatement?: () => void;
  },
): Promise<DeletedPart> => {
  const { settings, statementsMax, onStatement } = options;
  const deleted: Record<KeptName, number> = Object.assign(
    {},
    ...names.map((name) => ({ [name]: 0 })),
  );
  let statements = 0;
  for (const name of names) {
    const before = new Date(now.getTime() - kept[name].days(settings) * dayMs);
    for (let isFull = true; isFull; ) {
      if (statements >= statementsMax) return { deleted, hasMore: true };
      onStatement?.();
      const count = await kept[name].deleteSome(db, before);
      statements += 1;
      deleted[name] += count;
      isFull = count >= oldRowsAtOnce;
    }
  }
  return { deleted, hasMore: false };
};
