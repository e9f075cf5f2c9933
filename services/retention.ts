import type { Settings } from '../contracts/settings.js';
import { deleteOldAlertRules, deleteOldRows, oldRowsAtOnce } from '../db/old-rows.js';
import type { Queryable } from '../db/pool.js';
import { dayMs } from '../domain/utc-day.js';
import type { Context } from './context.js';

/** Retention settings, in days. */
export interface RetentionSettings {
  readonly evidence: Pick<Settings['evidence'], 'retentionDays'>;
  readonly alerts: Pick<Settings['alerts'], 'retentionDays'>;
}

type DeleteSome = (db: Queryable, before: Date) => Promise<number>;

interface Kept {
  readonly days: (settings: RetentionSettings) => number;
  readonly deleteSome: DeleteSome;
}

/**
 * Consumers have their own copies of an event's effects; events remain only for people who
 * investigate.
 */
const eventDays = 7;

const asEvidence = ({ evidence }: RetentionSettings) => evidence.retentionDays;
const asAlerts = ({ alerts }: RetentionSettings) => alerts.retentionDays;

/** Data with limited retention. Alerts before rules: a rule stays while it has an alert. */
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
  // Rows carry the instant of their expiry.
  sardineCustomers: {
    days: () => 0,
    deleteSome: (db, at) => deleteOldRows(db, 'sardine_customers', at),
  },
  consoleSessions: {
    days: () => 0,
    deleteSome: (db, at) => deleteOldRows(db, 'console_sessions', at),
  },
  consoleEntries: {
    days: () => 0,
    deleteSome: (db, at) => deleteOldRows(db, 'console_entries', at),
  },
  consoleBrowsers: {
    days: () => 0,
    deleteSome: (db, at) => deleteOldRows(db, 'console_browsers', at),
  },
} as const satisfies Readonly<Record<string, Kept>>;

type KeptName = keyof typeof kept;

const names = Object.keys(kept) as KeptName[];

/** The number of deleted rows of each kind. */
export type Deleted = Readonly<Record<KeptName, number>>;

export interface DeletedPart {
  readonly deleted: Deleted;
  /** True when the limit of statements was reached: there may be more. */
  readonly hasMore: boolean;
}

/**
 * Deletes expired data, oldest first, in at most `statementsMax` statements of a thousand rows,
 * which must be more than there are kinds. Alerts with unsent mails and undispatched events stay.
 * `onStatement` may stop the work by throwing. Several callers may run at once.
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
