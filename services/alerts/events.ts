import { z } from 'zod';
import {
  type FraudAlertEvent,
  type FraudAlertEventInput,
  isLoyaltyMetric,
} from '../../contracts/sparkfly/event.js';
import type { AlertEvent } from '../../contracts/v1/alerts.js';
import { advanceAlertClock, readAlertClock } from '../../db/alert-clock.js';
import {
  type AlertEventFilter,
  type AlertEventRow,
  listAlertEvents,
} from '../../db/alert-events.js';
import type { PageOf } from '../../db/alert-rules.js';
import { lockMembers } from '../../db/loyalty-members.js';
import {
  findReportedAlert,
  hasNewerValues,
  insertReportedAlert,
  type ReportedAlert,
  updateReportedAlert,
} from '../../db/partner-alerts.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { readMetric } from '../../domain/alerts/own-metric.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import type { Context } from '../context.js';
import { printCursor } from '../cursor.js';
import { recordMemberAccounts } from './members.js';
import type { ListQuery } from './rules.js';

/** A page of a list as of `asOf`. */
export interface Listed<T> {
  readonly items: readonly T[];
  readonly total: number;
  readonly asOf: number;
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

/** The position that a cursor encodes. */
export const ListPlace = z.object({ asOf: z.int().min(0), offset: z.int().min(0) });
export type ListPlace = z.output<typeof ListPlace>;

/**
 * One page of a list that only grows at positions above `asOf`, so pages of one `asOf` neither skip
 * nor repeat items. Without `asOf` the list is read as of now. Undefined when `asOf` is ahead of
 * the alert clock: the items up to it do not exist yet.
 */
export const listPage = async <T>(
  { db }: Context,
  place: { readonly asOf: number | undefined; readonly limit: number; readonly offset: number },
  read: (page: PageOf) => Promise<{ readonly rows: readonly T[]; readonly total: number }>,
): Promise<Listed<T> | undefined> => {
  const now = await readAlertClock(db);
  const { asOf = now, limit, offset } = place;
  if (asOf > now) return undefined;
  const { rows, total } = await read({ asOf, limit, offset });
  const next = offset + rows.length;
  const nextCursor = next < total && rows.length > 0 ? printCursor({ asOf, offset: next }) : null;
  return { items: rows, total, asOf, nextCursor };
};

/** An alert in Sparkfly's model, with Verdict's id and the source. */
export const viewFraudAlertEvent = (row: AlertEventRow): FraudAlertEvent => ({
  id: row.event_id,
  source: row.source,
  fraud_alert_rule_id: row.rule_id,
  fraud_alert_rule_name: row.rule_name,
  metric_type: row.metric,
  metric_known: isLoyaltyMetric(row.metric),
  notifications_sent: row.notifications_sent,
  quantity: row.quantity,
  created_at: row.created_at.toISOString(),
  ...(row.owner !== null && { loyalty_enrollment_id: Number(row.owner) }),
  ...(row.store !== null && { store_id: row.store }),
  suppressed_count: row.suppressed_count,
  updated_at: row.updated_at.toISOString(),
});

/** An alert of one of Verdict's own rules. */
export const viewAlertEvent = (row: AlertEventRow): AlertEvent => {
  const metric = readMetric(row.metric);
  if (metric === undefined || row.owner === null) throw new Error('an alert of no metric of ours');
  return {
    id: row.event_id,
    ruleId: row.rule_id,
    ruleName: row.rule_name,
    ...metric,
    owner: row.owner,
    store: row.store,
    quantity: row.quantity,
    suppressedCount: row.suppressed_count,
    notificationsSent: row.notifications_sent,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
};

/**
 * One page of alerts, newest first: those that existed at `asOf`, in their present state. Undefined
 * when `asOf` is in the future.
 */
export const listEvents = async (
  { db }: Context,
  filter: AlertEventFilter,
  query: ListQuery,
): Promise<Listed<AlertEventRow> | undefined> =>
  listPage({ db }, query, async (page) => listAlertEvents(db, filter, page));

/** The shortest suppression period: within it Sparkfly raises no second alert. */
const undatedPushMs = 3_600_000;

const reportedAlertOf = (given: FraudAlertEventInput): ReportedAlert => ({
  ruleId: given.fraud_alert_rule_id,
  ruleName: maskReason(given.fraud_alert_rule_name),
  metric: maskReason(given.metric_type),
  owner: given.loyalty_enrollment_id === undefined ? null : String(given.loyalty_enrollment_id),
  store: given.store_id ?? null,
  quantity: given.quantity,
  notificationsSent: given.notifications_sent,
  suppressedCount: given.suppressed_count,
  createdAt: given.created_at,
  updatedAt: given.updated_at,
});

/** The result of recording an alert of Sparkfly's. */
interface RecordedEvent {
  readonly isNew: boolean;
  /** True when the alert was known and this call has updated it. */
  readonly isMoved: boolean;
  readonly event: FraudAlertEvent;
}

/**
 * Records an alert that Sparkfly raised. A known one, by rule, member and instant, is updated in
 * place, and only forward. An alert without an instant is the one pushed without an instant within
 * the last `undatedSameMs` for the same rule, member, quantity and store.
 */
export const recordReportedAlert = async (
  context: Context<'vault' | 'now', Pool>,
  given: FraudAlertEventInput,
  undatedSameMs = undatedPushMs,
): Promise<RecordedEvent> => {
  const { now } = context;
  const reported = reportedAlertOf(given);
  const undatedAfter = new Date(now.getTime() - undatedSameMs);
  // A poll returns thousands of unchanged alerts. They need no lock: values of an alert only grow,
  // so a push that adds nothing now adds nothing later.
  const seen = await findReportedAlert(context.db, reported, undatedAfter);
  if (seen !== undefined && given.account_id === undefined && !hasNewerValues(seen, reported)) {
    return { isNew: false, isMoved: false, event: viewFraudAlertEvent(seen) };
  }
  return inTransaction(context.db, async (db) => {
    await lockMembers(db, reported.owner === null ? [] : [Number(reported.owner)]);
    // Taken before the read, so that concurrent calls with the same alert run one after the other.
    const position = await advanceAlertClock(db, 1);
    const known = await findReportedAlert(db, reported, undatedAfter);
    const moved = known && (await updateReportedAlert(db, known.event_id, reported, now));
    const row = moved ?? known ?? (await insertReportedAlert(db, reported, position, now));
    await recordMemberAccounts({ db, vault: context.vault, now }, [given]);
    const isNew = known === undefined;
    return { isNew, isMoved: moved !== undefined, event: viewFraudAlertEvent(row) };
  });
};
