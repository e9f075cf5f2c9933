import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listAlertEvents } from '../../db/alert-events.js';
import { deleteOld } from '../../services/retention.js';
import { clearAlerts, rulesIn, settingsOf } from './alerts-fixture.js';
import { openDatabase } from './database.js';
import { makeDue } from './due-work.js';

let database: Awaited<ReturnType<typeof openDatabase>>;

beforeAll(async () => {
  database = await openDatabase();
});
beforeEach(() => clearAlerts(database.pool));
afterAll(() => database?.close());

const points = 'loyalty_enrollment_points_earned';
const dayMs = 86_400_000;
const now = new Date('2026-11-21T12:00:00Z');
const settings = { evidence: { retentionDays: 400 }, alerts: { retentionDays: 400 } };
const plan = { settings, statementsMax: 10 };

describe('the retention of alerts', () => {
  it('deletes activities, alerts with their mails and empty deleted rules, and nothing younger', async () => {
    const { pool } = database;
    const limit = new Date(now.getTime() - 400 * dayMs);
    const [old, young] = [new Date(limit.getTime() - 1), limit];
    const rules = rulesIn(pool);
    const day = { timePeriodMs: dayMs, suppressionMs: dayMs };
    const rule = {
      metric: points,
      quantity: 5,
      scope: 'all_stores',
      storeIds: [],
      ...day,
    } as const;
    const [used, unused, live] = [
      await rules.create(settingsOf(rule)),
      await rules.create(settingsOf(rule)),
      await rules.create(settingsOf(rule)),
    ];
    await rules.remove(used);
    await rules.remove(unused);
    await pool.query(`update alert_rules set deleted_at = $1 where deleted_at is not null`, [old]);
    const events = [
      ['old', old, null, null, old],
      ['old and to be told', old, now, null, old],
      ['old and no evidence yet', old, null, now, old],
      ['old, and taken in today', old, null, null, now],
      ['young', young, null, null, old],
    ] as const;
    for (const [index, [name, at, notify, evidence, storedAt]] of events.entries()) {
      const { rows } = await pool.query<{ event_id: string }>(
        `insert into alert_events (position, source, family, rule_id, rule_name, metric, owner,
          quantity, notifications_sent, suppressed_count, created_at, updated_at, stored_at,
          notify_due_at, evidence_due_at)
        values (1000000 + $1, 'verdict', 'loyalty', $2, $3, $4, $3, 5, false, 0, $5, $5, $6, null,
          null)
        returning event_id`,
        [index, used, name, points, at, storedAt],
      );
      const eventId = rows[0]?.event_id ?? '';
      if (notify) await makeDue(pool, 'alert_mails', eventId, notify);
      if (evidence) await makeDue(pool, 'alert_evidence', eventId, evidence);
      await pool.query(
        `insert into alert_mails (event_id, number, role, address, state, planned_at)
        values ($1, 1, 'email', '\\x00', 'waiting', now())`,
        [eventId],
      );
      await pool.query(
        `insert into alert_activities (arrival, family, client_id, metric, owner, quantity,
          occurred_at, received_at) values ($1, 'loyalty', $2, $3, '1', 1, $4, $4)`,
        [index, `a${index}`, points, at],
      );
    }
    const { deleted } = await deleteOld({ db: pool, now }, plan);
    expect(deleted).toMatchObject({ activities: 4, alerts: 1, rules: 1 });
    const { rows } = await pool.query<{ name: string; mails: string }>(
      `select rule_name as name, count(m.*)::int as mails from alert_events e
      left join alert_mails m using (event_id) group by 1 order by 1`,
    );
    expect(rows).toEqual(
      ['old and no evidence yet', 'old and to be told', 'old, and taken in today', 'young'].map(
        (name) => ({
          name,
          mails: 1,
        }),
      ),
    );
    const { rows: left } = await pool.query<{ id: string }>(
      'select rule_id as id from alert_rules order by rule_id',
    );
    expect(left.map(({ id }) => Number(id))).toEqual([used, live]);
  });

  it('leaves pages of one list that are read meanwhile without gap or repeat', async () => {
    const { pool } = database;
    // One a day from 410 days ago to 391 days ago; the eldest ten are over.
    await pool.query(
      `insert into alert_events (position, source, family, rule_id, rule_name, metric, owner,
        quantity, notifications_sent, suppressed_count, created_at, updated_at, stored_at)
      select 2000000 + n, 'verdict', 'loyalty', 1, 'r', $1, '1', 5, false, 0,
        $2::timestamptz - n * interval '24 hours', $2,
        $2::timestamptz - n * interval '24 hours' from generate_series(391, 410) n`,
      [points, now],
    );
    const seen: number[] = [];
    for (const offset of [0, 4, 8, 12]) {
      const page = { asOf: 3_000_000, limit: 4, offset };
      const { rows } = await listAlertEvents(pool, { family: 'loyalty' }, page);
      seen.push(...rows.map((row) => (now.getTime() - row.created_at.getTime()) / dayMs));
      if (offset === 4) await deleteOld({ db: pool, now }, plan);
    }
    expect(seen).toEqual([391, 392, 393, 394, 395, 396, 397, 398, 399, 400]);
  });
});
