import { type FraudAlertEvent, type FraudAlertEventInput } from '../../contracts/sparkfly/event.js';
import { advanceAlertClock } from '../../db/alert-clock.js';
import { lockMembers } from '../../db/loyalty-members.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import {
  findToldAlert,
  insertToldAlert,
  isToldFurther,
  moveToldAlert,
  type ToldAlert,
} from '../../db/told-alerts.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import type { Vault } from '../ports.js';
import { noteMembers } from './note-members.js';
import { viewFraudAlertEvent } from './view-event.js';

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
export interface TakenEvent {
  readonly isNew: boolean;
  /** It was known, and something of it has moved. */
  readonly isMoved: boolean;
  readonly event: FraudAlertEvent;
}

/**
 * Takes in an alert that Sparkfly raised. One that is known, by rule, member and instant, is moved
 * in place and only forward. Without an instant it is the one told so within the last
 * `undatedSameMs` of the same rule, member, quantity and store. Throws `TemporarilyUnavailable`.
 */
export const takeEvent = async (
  deps: { readonly pool: Pool; readonly vault: Vault },
  given: FraudAlertEventInput,
  now: Date,
  undatedSameMs = undatedPushMs,
): Promise<TakenEvent> => {
  const told = toldOf(given);
  const undatedAfter = new Date(now.getTime() - undatedSameMs);
  // A poll tells thousands that have not changed. They need no lock: what is known of an alert only
  // ever grows, so what adds nothing to it now adds nothing later.
  const seen = await findToldAlert(deps.pool, told, undatedAfter);
  if (seen !== undefined && given.account_id === undefined && !isToldFurther(seen, told)) {
    return { isNew: false, isMoved: false, event: viewFraudAlertEvent(seen) };
  }
  return inTransaction(deps.pool, async (db) => {
    await lockMembers(db, told.owner === null ? [] : [Number(told.owner)]);
    // Taken before the look: equal alerts at one moment go one after the other.
    const position = await advanceAlertClock(db, 1);
    const known = await findToldAlert(db, told, undatedAfter);
    const moved = known && (await moveToldAlert(db, known.event_id, told, now));
    const row = moved ?? known ?? (await insertToldAlert(db, told, position, now));
    await noteMembers({ db, vault: deps.vault }, [given], now);
    const isNew = known === undefined;
    return { isNew, isMoved: moved !== undefined, event: viewFraudAlertEvent(row) };
  });
};
