import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockAlertRules } from '../../db/alert-clock.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { feedLateSettlements } from '../../services/alerts/order-feed.js';
import { recordWithdrawal } from '../../services/cases/withdrawals.js';
import { reopenCase } from '../../services/cases/rounds.js';
import { markSettled } from '../../services/transactions/settlement.js';
import { Oracle, sorted } from '../domain/alerts-oracle.js';
import {
  countedIn,
  feed,
  feedAll,
  ordersIn,
  startMs,
  vault,
  waitingIn,
} from './alert-feed-fixture.js';
import {
  FeedOracle,
  type FeedStep,
  lateAfterMs,
  orderKinds,
  stories,
} from './alert-feed-oracle.js';
import { alertsIn, clearAlerts, rulesIn, settingsOf } from './alerts-fixture.js';
import { openDatabase } from './database.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
let pool: Pool;

beforeAll(async () => {
  database = await openDatabase(10);
  ({ pool } = database);
});

afterAll(() => database?.close());

const hourMs = 3_600_000;

const ruleOf = (metric: string, quantity: number) => ({
  ...{ metric, quantity, scope: 'all_stores' as const, storeIds: [] },
  ...{ timePeriodMs: hourMs, suppressionMs: hourMs },
});

/** A feeder that dies before its commit: the database ends its connection. */
const crash = (atMs: number): Promise<void> =>
  inTransaction(pool, async (db) => {
    await lockAlertRules(db);
    const dying = feed(pool, atMs).then(
      () => 'fed',
      () => 'died',
    );
    for (;;) {
      const { rows } = await pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`,
      );
      // A feeder that found nothing has ended by itself.
      const ended = await Promise.race([dying, rows.length > 0 ? dying : 'busy']);
      if (ended !== 'busy') return;
    }
  });

const orderOf = ({ card, account, salesRep, storeNumber }: (typeof orderKinds)[number]) => ({
  ...{
    orderId: randomUUID(),
    creditCard: { cardNumber: card },
    salesRep,
    storeNumber,
    source: 'store',
  },
  ...{ customer: { accountId: account, emailAddress: 'all@example.com' } },
  ...{ additionalData: undefined, ipAddress: undefined, banner: 's5a' as const },
});

/** Runs one story in Postgres and in the oracle. Returns the ids of its orders. */
const play = async (steps: readonly FeedStep[], oracle: FeedOracle): Promise<string[]> => {
  const orders = ordersIn(pool);
  const ids = await Promise.all(orderKinds.map((kind) => orders.open(orderOf(kind))));
  const since = [new Date(0), new Date(0)];
  let atMs = startMs;
  for (const step of steps) {
    atMs += step.afterMs;
    const now = new Date(atMs);
    if (step.kind === 'crash') await crash(atMs);
    else if (step.kind === 'feed') {
      const one = () => feed(pool, atMs, step.limit);
      await Promise.all(Array.from({ length: step.feeders }, one));
    } else if (step.kind === 'look') {
      const from = since[step.worker] ?? new Date(0);
      since[step.worker] = await feedLateSettlements(
        { db: pool, now },
        { lateAfterMs, since: from },
      );
      oracle.look(atMs);
    } else {
      const transactionId = ids[step.order] ?? '';
      const state = oracle.stateOf(step.order);
      if (step.kind === 'decide') {
        await orders.decide(transactionId, step.outcome, atMs);
        oracle.decide(step.order, step.outcome, atMs);
      } else if (step.kind === 'verdict' && oracle.isOpen(step.order)) {
        await orders.verdict(transactionId, step.outcome, atMs, state.round);
        oracle.verdict(step.order, step.outcome, atMs);
      } else if (step.kind === 'withdraw' && oracle.isOpen(step.order)) {
        await recordWithdrawal({ db: pool, now }, { transactionId, actor: 'oms:test' });
        state.status = 'ended';
      } else if (step.kind === 'refuse' && state.status === 'settling') {
        state.round += 1;
        const told = { banner: 's5a', omsStatus: 422, omsReason: null, dueAt: now } as const;
        const refusal = { ...told, transactionId, round: state.round };
        await reopenCase({ db: pool, vault, now }, { ...refusal, action: 'cancel' });
        state.status = 'oms_rejected';
      } else if (step.kind === 'take' && state.status === 'settling') {
        await markSettled({ db: pool, now }, transactionId, 'cancel');
        state.status = 'ended';
      }
    }
  }
  await feedAll(pool, atMs + hourMs);
  return ids;
};

describe('what happens to orders', () => {
  it('is counted once, whatever happens in whatever order, however often it is fed and dies', async () => {
    const total = { activities: 0, alerts: 0 };
    const rules = [
      ruleOf('declined_orders:card', 2),
      ruleOf('reviews_by_sales_rep', 2),
      ruleOf('settlements_late', 2),
    ];
    await fc.assert(
      fc.asyncProperty(stories, async (steps) => {
        await clearAlerts(pool);
        await pool.query('truncate transactions cascade');
        const live = [];
        for (const rule of rules) {
          const id = await rulesIn(pool, 'own').create(settingsOf(rule));
          live.push({ ...rule, id });
        }
        const oracle = new FeedOracle();
        const ids = await play(steps, oracle);
        const counted = await countedIn(pool);
        const told = counted.map(
          ({ id, owner, store, occurredAtMs }) => [id, [owner, store, occurredAtMs]] as const,
        );
        expect(told).toHaveLength(new Set(told.map(([id]) => id)).size);
        expect(new Map(told)).toEqual(oracle.activities((number) => ids[number] ?? ''));
        expect(await waitingIn(pool)).toEqual([]);
        const engine = new Oracle();
        for (const one of counted) engine.arrive(one, live);
        expect(sorted(await alertsIn(pool))).toEqual(sorted(engine.alerts));
        total.activities += counted.length;
        total.alerts += engine.alerts.length;
      }),
      { numRuns: 60 },
    );
    expect(total.activities).toBeGreaterThan(100);
    expect(total.alerts).toBeGreaterThan(5);
  });
});
