import {
  type FraudAlertEvent,
  type FraudAlertEventInput,
  isLoyaltyMetric,
} from '../../contracts/sparkfly/event.js';
import type { AlertEvent } from '../../contracts/v1/alerts.js';
import { advanceAlertClock } from '../../db/alert-clock.js';
import {
  type AlertEventFilter,
  type AlertEventRow,
  listAlertEvents,
} from '../../db/alert-events.js';
import { lockMembers } from '../../db/loyalty-members.js';
import {
  findToldAlert,
  insertToldAlert,
  isToldFurther,
  moveToldAlert,
  type ToldAlert,
} from '../../db/partner-alerts.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { readMetric } from '../../domain/alerts/own-metric.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import type { Context } from '../context.js';
import { noteMembers } from './members.js';
import { type Listed, listPage } from './pages.js';
import type { ListQuery } from './rules.js';

/** An alert as Sparkfly's model has it, with our own id and where it came from. */
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

/** An alert of a rule of our own. */
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
 * One page of alerts, newest first: those that had been raised at `asOf`, as they are now.
 * Undefined when `asOf` lies ahead.
 */
export const listEvents = async (
  { db }: Context,
  filter: AlertEventFilter,
  query: ListQuery,
): Promise<Listed<AlertEventRow> | undefined> =>
  listPage({ db }, query, async (page) => listAlertEvents(db, filter, page));

/** The shortest suppression there is: within it Sparkfly itself raises no second alert. */
const undatedPushMs = 3_600_000;

const toldOf = (given: FraudAlertEventInput): ToldAlert => ({
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

/** What became of an alert that was told. */
interface TakenEvent {
  readonly isNew: boolean;
  /** It was known, and something of it has moved. */
  readonly isMoved: boolean;
  readonly event: FraudAlertEvent;
}

/**
 * Takes in an alert that Sparkfly raised. One that is known, by rule, member and instant, is moved
 * in place and only forward. Without an instant it is the one told so within the last
 * `undatedSameMs` of the same rule, member, quantity and store.
 */
export const takeEvent = async (
  context: Context<'vault' | 'now', Pool>,
  given: FraudAlertEventInput,
  undatedSameMs = undatedPushMs,
): Promise<TakenEvent> => {
  const { now } = context;
  const told = toldOf(given);
  const undatedAfter = new Date(now.getTime() - undatedSameMs);
  // A poll tells thousands that have not changed. They need no lock: what is known of an alert only
  // ever grows, so what adds nothing to it now adds nothing later.
  const seen = await findToldAlert(context.db, told, undatedAfter);
  if (seen !== undefined && given.account_id === undefined && !isToldFurther(seen, told)) {
    return { isNew: false, isMoved: false, event: viewFraudAlertEvent(seen) };
  }
  return inTransaction(context.db, async (db) => {
    await lockMembers(db, told.owner === null ? [] : [Number(told.owner)]);
    // Taken before the look: equal alerts at one moment go one after the other.
    const position = await advanceAlertClock(db, 1);
    const known = await findToldAlert(db, told, undatedAfter);
    const moved = known && (await moveToldAlert(db, known.event_id, told, now));
    const row = moved ?? known ?? (await insertToldAlert(db, told, position, now));
    await noteMembers({ db, vault: context.vault, now }, [given]);
    const isNew = known === undefined;
    return { isNew, isMoved: moved !== undefined, event: viewFraudAlertEvent(row) };
  });
};
