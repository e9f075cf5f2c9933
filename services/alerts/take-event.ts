import { type FraudAlertEvent, type FraudAlertEventInput } from '../../contracts/sparkfly/event.js';
import { advanceAlertClock } from '../../db/alert-clock.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import {
  findToldAlert,
  insertToldAlert,
  moveToldAlert,
  type ToldAlert,
} from '../../db/told-alerts.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import type { Vault } from '../ports.js';
import { noteMembers } from './note-members.js';
import { viewFraudAlertEvent } from './view-event.js';

/** The shortest suppression there is: within it Sparkfly itself raises no second alert. */
const undatedSameMs = 3_600_000;

const toldOf = (given: FraudAlertEventInput): ToldAlert => ({
  ruleId: given.fraud_alert_rule_id,
  ruleName: maskReason(given.fraud_alert_rule_name),
  metric: given.metric_type,
  owner: given.loyalty_enrollment_id === undefined ? null : String(given.loyalty_enrollment_id),
  store: given.store_id ?? null,
  quantity: given.quantity,
  notificationsSent: given.notifications_sent,
  suppressedCount: given.suppressed_count,
  createdAt: given.created_at,
  updatedAt: given.updated_at,
});

/**
 * Takes in an alert that Sparkfly raised. One that is known, by rule, member and instant, is moved
 * in place and only forward. Without an instant it is the one told so within the last hour of the
 * same rule, member, quantity and store. Throws `TemporarilyUnavailable`.
 */
export const takeEvent = async (
  deps: { readonly pool: Pool; readonly vault: Vault },
  given: FraudAlertEventInput,
  now: Date,
): Promise<{ readonly isNew: boolean; readonly event: FraudAlertEvent }> =>
  inTransaction(deps.pool, async (db) => {
    const told = toldOf(given);
    // Taken before the look: equal alerts at one moment go one after the other.
    const position = await advanceAlertClock(db, 1);
    const known = await findToldAlert(db, told, new Date(now.getTime() - undatedSameMs));
    const row =
      known === undefined
        ? await insertToldAlert(db, told, position, now)
        : ((await moveToldAlert(db, known.event_id, told, now)) ?? known);
    await noteMembers({ db, vault: deps.vault }, [given], now);
    return { isNew: known === undefined, event: viewFraudAlertEvent(row) };
  });
