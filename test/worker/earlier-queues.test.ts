import { randomUUID } from 'node:crypto';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate } from '../../db/migrate.js';
import { createLogger } from '../../runtime/logger.js';
import { createShadowMetrics } from '../../runtime/metrics.js';
import { drainPushes, keepPush } from '../../services/evidence/aifi-pushes.js';
import { markSettled } from '../../services/transactions/settlement.js';
import { startConsuming } from '../../worker/consume.js';
import { createConsumers } from '../../worker/consumers.js';
import { type Activities, startActivities } from '../activities/fixture.js';
import { samePolicies } from '../services/database.js';
import { dispatch, dueIn } from '../services/due-work.js';
import { resultsOf, say } from '../services/labels-fixture.js';
import { defaultRuleSet } from '../support/rules.js';
import { undoMigrations } from '../support/undo-migrations.js';
import { until } from '../support/until.js';

let own: Activities;
beforeAll(async () => {
  own = await startActivities();
});
afterAll(() => own?.stop());

/** Takes the database back to the queues of the earlier version, with their due items. */
const goBack = async (): Promise<void> => {
  await dispatch(own.pool);
  await undoMigrations(own.pool, '0023');
};

const countOf = async (table: string): Promise<number> => {
  const { rows } = await own.pool.query<{ n: number }>(`select count(*)::int as n from ${table}`);
  return rows[0]?.n ?? 0;
};

/**
 * An alert of Sparkfly about a member with a known account, to be mailed and to become evidence.
 */
const storeAlert = async (): Promise<number> => {
  const { pool, deps } = own;
  await pool.query(`insert into loyalty_members values (4711, $1, null, 'push', now())`, [
    deps.vault.seal('account-4711', 'loyalty-member:4711'),
  ]);
  const { rows } = await pool.query<{ event_id: string }>(
    `insert into alert_events (position, source, family, rule_id, rule_name, metric, owner,
      quantity, notifications_sent, suppressed_count, created_at, updated_at, stored_at,
      notify_due_at, evidence_due_at)
    select 1, 'sparkfly', 'loyalty', 1, 'r', 'm', '4711', 5, false, 0, at, at, at, at, at
    from now() as at returning event_id`,
  );
  return Number(rows[0]?.event_id);
};

/** The consumers of a worker without those that need Temporal; records the mails to start. */
const startWorker = (begun: number[]) => {
  const { pool, deps } = own;
  const ending = new AbortController();
  const { signal } = ending;
  const logger = createLogger('worker', 'fatal');
  const now = () => new Date();
  const consumers = createConsumers(
    {
      ...deps,
      feedback: deps,
      shadow: {
        ...{ ...deps, policyDefaults: samePolicies() },
        ruleSetOf: () => Promise.resolve(defaultRuleSet()),
      },
      verdicts: {
        submitVerdict: () => Promise.reject(new Error('nobody decides here')),
        recoverMissing: () => Promise.resolve(),
      },
      notify: async (eventId) => void begun.push(eventId),
      wakeDrain: async () => void (await drainPushes({ ...deps, now: now() }, { limit: 10 })),
    },
    {
      ...{ logger, signal, alarm: () => undefined },
      shadowMetrics: createShadowMetrics(new Registry()),
    },
  );
  const { ended } = startConsuming({ db: pool, consumers, now, logger, signal, pollMs: 500 });
  return async () => {
    ending.abort();
    await ended;
  };
};

it('what the version before left in its queues is done after the upgrade, and reviews go on', async () => {
  const { pool, deps, orders } = own;
  const told = await own.scored('accept');
  const review = await own.scored('review');
  const declined = await orders.decided('reject', Date.now() - 60_000);
  await markSettled({ db: pool, now: new Date() }, told, 'process');
  await resultsOf(say(pool, [{ transactionId: declined, kind: 'fraud' }], { now: new Date() }));
  const push = { sessionId: randomUUID(), session: { customer: { accountId: 'a' } } };
  await keepPush({ ...deps, now: new Date() }, push);
  await goBack();
  const eventId = await storeAlert();
  await pool.query('insert into shadow_pending values ($1, 7, null, now(), 1)', [told]);
  await pool.query(`update owed_feedback set since = since - interval '1 minute'`);
  const old = ['shadow_pending', 'alert_feed', 'label_evidence_due', 'owed_feedback'];
  // The review's sales person, and the event that the other order was declined.
  expect(await Promise.all(old.map(countOf))).toEqual([1, 2, 1, 1]);
  expect(await countOf('aifi_pushes where due_at is not null')).toBe(1);

  await migrate(own.databaseUrl);
  expect(await Promise.all(old.map(countOf))).toEqual([0, 0, 0, 0]);
  const begun: number[] = [];
  const end = startWorker(begun);
  await orders.verdict(review, 'accept', Date.now());
  await markSettled({ db: pool, now: new Date() }, review, 'process');
  await until('all of it is done', async () => {
    const waiting = await countOf(`due_work where consumer <> 'alert_mails'`);
    return waiting + (await countOf('order_events where dispatched_at is null')) === 0;
  });
  await end();
  expect(begun).toEqual([eventId]);
  expect(new Set(await own.toldOf())).toEqual(new Set([told, review]));
  expect(await own.timeline(review)).toContain('feedback.sent');
  expect(await countOf('shadow_scores where fault is null')).toBe(1);
  expect(await countOf(`alert_activities where client_id like 'declined:${declined}:%'`)).not.toBe(
    0,
  );
  expect(await countOf(`evidence where kind = 'fraud'`)).not.toBe(0);
  expect(await countOf(`evidence where kind = 'sparkfly_alert'`)).not.toBe(0);
  expect(await countOf('aifi_pushes where drained_at is null')).toBe(0);
  expect(await dueIn(pool, 'alert_mails')).toMatchObject([{ key: String(eventId), attempts: 1 }]);
});
