import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../../db/pool.js';
import type { Activity, AlertRule } from '../../domain/alerts/alert.js';
import { recordOwnActivities, recordActivities } from '../../services/alerts/counting.js';
import { until } from '../support/until.js';
import { Oracle, sorted, startMs, type Step, stories } from '../domain/alerts-oracle.js';
import { alertsIn, clearAlerts, rulesIn, settingsOf } from './alerts-fixture.js';
import { openDatabase } from './database.js';

let database: Awaited<ReturnType<typeof openDatabase>>;

beforeAll(async () => {
  database = await openDatabase(20);
});

afterAll(() => database?.close());

beforeEach(() => clearAlerts(database.pool));

const hourMs = 3_600_000;
const points = 'loyalty_enrollment_points_earned';

const rule: Omit<AlertRule, 'id'> = {
  metric: points,
  quantity: 10,
  timePeriodMs: hourMs,
  suppressionMs: hourMs,
  scope: 'all_stores',
  storeIds: [],
};

const activity = (id: string, given: Partial<Activity> = {}): Activity => ({
  ...{ id, metric: points, owner: '7', store: 1, quantity: 5, occurredAtMs: startMs },
  ...given,
});

const take = (...activities: Activity[]) =>
  inTransaction(database.pool, (db) => recordActivities({ db }, 'loyalty', activities));

/** Waits until this many statements wait for a lock. */
const untilWaiting = (count = 1) =>
  until(`${count} wait for a lock`, async () => {
    const { rows } = await database.pool.query(
      `select from pg_stat_activity where datname = current_database()
        and wait_event_type = 'Lock'`,
    );
    return rows.length === count;
  });

/** Runs a story in Postgres and in the oracle; both must end with the same alerts. */
const expectAsOracle = async (steps: readonly Step[]): Promise<number> => {
  await clearAlerts(database.pool);
  const rules = rulesIn(database.pool);
  const oracle = new Oracle();
  const live = new Map<number, AlertRule>();
  for (const step of steps) {
    const before = step.kind === 'arrive' ? undefined : live.get(step.slot);
    if (step.kind === 'arrive') {
      const inForce = [...live.values()];
      const fresh = step.activities.filter((one) => oracle.arrive(one, inForce)).length;
      const taken = await take(...step.activities);
      const duplicates = step.activities.length - fresh;
      expect(taken).toMatchObject({ accepted: fresh, duplicates });
    } else if (step.kind === 'delete') {
      if (before !== undefined) await rules.remove(before.id);
      live.delete(step.slot);
    } else {
      const settings = settingsOf(step.rule);
      const id = before?.id ?? (await rules.create(settings));
      if (before !== undefined) await rules.change(id, settings);
      live.set(step.slot, { ...step.rule, id });
    }
  }
  expect(sorted(await alertsIn(database.pool))).toEqual(sorted(oracle.alerts));
  return oracle.alerts.length;
};

describe('activities in Postgres', () => {
  it('raise the same as the naive oracle, whatever arrives and is edited in whatever order', async () => {
    let raised = 0;
    await fc.assert(
      fc.asyncProperty(stories, async (steps) => {
        raised += await expectAsOracle(steps);
      }),
      { numRuns: 100 },
    );
    expect(raised).toBeGreaterThan(30);
  });

  it('raise exactly one alert and count each repeat when 20 arrive at once', async () => {
    const id = await rulesIn(database.pool).create(settingsOf(rule));
    const all = Array.from({ length: 20 }, (_, n) => activity(`a${n}`, { quantity: 10 }));
    await Promise.all(all.map((one) => take(one)));
    expect(await alertsIn(database.pool)).toMatchObject([
      { ruleId: id, quantity: 10, suppressedCount: 19 },
    ]);
  });

  it('wait for the one before of the same owner, and count on its alert', async () => {
    await rulesIn(database.pool).create(settingsOf(rule));
    let second: Promise<unknown> | undefined;
    await inTransaction(database.pool, async (db) => {
      await recordActivities({ db }, 'loyalty', [activity('a', { quantity: 10 })]);
      second = take(activity('b', { occurredAtMs: startMs + 1 }));
      await untilWaiting();
      // Nobody waits for the lock of another owner.
      await take(activity('c', { owner: '8', quantity: 1 }));
    });
    await second;
    expect(await alertsIn(database.pool)).toMatchObject([{ quantity: 10, suppressedCount: 1 }]);
  });

  it('never deadlock, whatever ids two batches share', async () => {
    const batch = (...ids: string[]) =>
      ids.map((id, n) => activity(id, { owner: `${ids[0]}${n}` }));
    const waiting: ReturnType<typeof take>[] = [];
    await inTransaction(database.pool, async (db) => {
      await recordActivities({ db }, 'loyalty', batch('m'));
      waiting.push(take(...batch('a', 'm', 'z')));
      await untilWaiting(1);
      waiting.push(take(...batch('z', 'm', 'a')));
      await untilWaiting(2);
    });
    const answers = await Promise.all(waiting);
    expect(answers.map(({ accepted }) => accepted)).toEqual([2, 0]);
  });

  it('count each id once, sent concurrently by many, in any order, in batches or alone', async () => {
    await rulesIn(database.pool).create(settingsOf({ ...rule, quantity: 50 }));
    const all = Array.from({ length: 10 }, (_, n) => activity(`a${n}`, { owner: `${n % 3}` }));
    const answers = await Promise.all([
      ...[all, all.toReversed(), all].map((batch) => take(...batch)),
      ...all.map((one) => take(one)),
    ]);
    const sum = (name: 'accepted' | 'duplicates') =>
      answers.reduce((total, answer) => total + answer[name], 0);
    expect([sum('accepted'), sum('duplicates')]).toEqual([10, 30]);
    expect(await take(activity('b'), activity('b'))).toMatchObject({ accepted: 1, duplicates: 1 });
  });

  it('keep their order in a batch that repeats one of them', async () => {
    await rulesIn(database.pool).create(settingsOf({ ...rule, quantity: 1 }));
    const later = activity('a', { occurredAtMs: startMs + 1000 });
    await take(later, activity('b'), later);
    // The second one is late: no earlier alert can suppress it.
    expect(await alertsIn(database.pool)).toMatchObject([
      { createdAtMs: startMs + 1000, suppressedCount: 0 },
      { createdAtMs: startMs, suppressedCount: 0 },
    ]);
  });

  it('leave nothing behind when their transaction is rolled back', async () => {
    await rulesIn(database.pool).create(settingsOf({ ...rule, quantity: 1 }));
    const failing = inTransaction(database.pool, async (db) => {
      await recordActivities({ db }, 'loyalty', [activity('a')]);
      throw new Error('afterwards');
    });
    await expect(failing).rejects.toThrow('afterwards');
    expect(await alertsIn(database.pool)).toEqual([]);
    expect(await take(activity('a'))).toMatchObject({ accepted: 1, duplicates: 0 });
    expect(await alertsIn(database.pool)).toHaveLength(1);
  });

  it('raise nothing for a rule once its deletion was answered, and its alerts stay', async () => {
    const rules = rulesIn(database.pool);
    const id = await rules.create(settingsOf(rule));
    await take(activity('a', { quantity: 10 }));
    let deletion: Promise<unknown> | undefined;
    await inTransaction(database.pool, async (db) => {
      await recordActivities({ db }, 'loyalty', [activity('b', { owner: '8' })]);
      deletion = rules.remove(id);
      // The activities of a rule expire before the rule does.
      await untilWaiting();
    });
    await deletion;
    expect(await take(activity('c', { owner: '8' }))).toMatchObject({ raised: [] });
    expect(await alertsIn(database.pool)).toMatchObject([{ ruleId: id, owner: '7' }]);
  });

  it('go by an edited rule from then on, over what is stored', async () => {
    const rules = rulesIn(database.pool);
    const id = await rules.create(settingsOf({ ...rule, quantity: 100 }));
    await take(activity('a'), activity('b'));
    await rules.change(id, settingsOf(rule));
    expect(await alertsIn(database.pool)).toEqual([]);
    await take(activity('c', { quantity: 1 }));
    expect(await alertsIn(database.pool)).toMatchObject([{ quantity: 11 }]);
  });

  it('keep exact sums beyond 32 bits', async () => {
    const most = 2 ** 31 - 1;
    await rulesIn(database.pool).create(settingsOf({ ...rule, quantity: 3 * most }));
    await take(...['a', 'b', 'c'].map((id) => activity(id, { quantity: most })));
    expect(await alertsIn(database.pool)).toMatchObject([{ quantity: 3 * most }]);
  });
});

describe('activities of our own', () => {
  it('are noted in the transaction of what happened, and count under our own rules only', async () => {
    const metric = 'declined_orders:card';
    const settings = settingsOf({ ...rule, metric, quantity: 2 });
    const id = await rulesIn(database.pool, 'own').create(settings);
    await rulesIn(database.pool).create(settingsOf({ ...rule, quantity: 1 }));
    const declined = (name: string) =>
      inTransaction(database.pool, (db) =>
        recordOwnActivities({ db }, [activity(name, { metric, owner: 'card:00ff', quantity: 1 })]),
      );
    expect(await declined('tx_1')).toMatchObject({ raised: [] });
    expect(await declined('tx_1')).toMatchObject({ duplicates: 1, raised: [] });
    await declined('tx_2');
    expect(await alertsIn(database.pool)).toMatchObject([
      { ruleId: id, owner: 'card:00ff', quantity: 2 },
    ]);
    // The other family has its own ids.
    expect(await take(activity('tx_1'))).toMatchObject({ accepted: 1 });
  });
});
