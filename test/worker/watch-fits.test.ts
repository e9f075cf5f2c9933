import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFitActivities } from '../../activities/learned-points/create-fit-activities.js';
import { createLogger } from '../../runtime/logger.js';
import { createAlarm, createMetrics } from '../../runtime/metrics.js';
import { createFitCheck } from '../../worker/watch-fits.js';
import { openDatabase } from '../services/database.js';

let database: Awaited<ReturnType<typeof openDatabase>>;

beforeAll(async () => {
  database = await openDatabase();
});
beforeEach(() => database.pool.query('truncate points_fits cascade'));
afterAll(() => database?.close());

const minuteMs = 60_000;
const startMs = Date.now();

const storeFit = async (
  minutesAgo: number,
  state: 'running' | 'done' | 'failed' = 'running',
): Promise<string> => {
  const fitId = randomUUID();
  const at = new Date(startMs - minutesAgo * minuteMs);
  const request = {
    ...{ from: at, cut: at, banner: null, maturityDays: 60, heldOutDays: 28 },
    costs: { chargeback: 1, lostSale: 1, reviewMinute: 1, minutesPerReview: 1 },
    ...{ reviewsPerDay: 1, useVerdicts: false, rejectedFraudShare: 0.75, note: '' },
  };
  await database.pool.query(
    `insert into points_fits (fit_id, text, hash, base_version, request, author, state, created_at,
        finished_at)
      values ($1, '', 'h', 0, $2, 'analyst:ann', $3, $4,
        case when $3 <> 'running' then $4::timestamptz end)`,
    [fitId, request, state, at],
  );
  return fitId;
};

const createWatch = () => {
  const metrics = createMetrics();
  const alarm = createAlarm(createLogger('worker', 'fatal'), metrics);
  const clock = { nowMs: startMs };
  const deps = { db: database.pool, now: () => new Date(clock.nowMs) };
  const value = async (name: string): Promise<number | undefined> => {
    const line = (await metrics.registry.metrics()).split('\n').find((l) => l.startsWith(name));
    return line === undefined ? undefined : Number(line.split(' ').at(-1));
  };
  return {
    ...{ alarm, clock, deps },
    check: createFitCheck(deps, { metrics, alarm }),
    running: () => value('verdict_points_fits_running '),
    standing: () => value('verdict_points_fit_standing_seconds '),
    age: () => value('verdict_points_fit_age_seconds '),
    alarms: (code: string) => value(`verdict_alarms_total{code="${code}"}`),
  };
};

describe('a check of the fits', () => {
  it('sets how many run, how long one stands still, and the age of the latest, if any', async () => {
    const watch = createWatch();
    await watch.check();
    expect([await watch.running(), await watch.standing(), await watch.age()]).toEqual([
      ...[0, 0, undefined],
    ]);
    await storeFit(90, 'done');
    await storeFit(10, 'failed');
    await storeFit(5);
    await watch.check();
    expect([await watch.running(), await watch.standing(), await watch.age()]).toEqual([
      ...[1, 300, 5400],
    ]);
  });

  it('alarms once a fit has stood still for half an hour, then each hour, not while it goes on', async () => {
    const watch = createWatch();
    const fitId = await storeFit(0);
    const alarmsAt: number[] = [];
    for (let minutes = 0; minutes <= 130; minutes += 10) {
      watch.clock.nowMs = startMs + minutes * minuteMs;
      if (minutes === 20) {
        await database.pool.query(
          `insert into points_fit_parts (fit_id, part, range, counts, done_at)
            values ($1, 0, '{}', '{}', $2)`,
          [fitId, new Date(watch.clock.nowMs)],
        );
      }
      const before = (await watch.alarms('points_fit_stuck')) ?? 0;
      await watch.check();
      if (((await watch.alarms('points_fit_stuck')) ?? 0) > before) alarmsAt.push(minutes);
    }
    expect(alarmsAt).toEqual([60, 120]);
  });
});

describe('a fit that proposes nothing', () => {
  const activitiesOf = ({ alarm, deps }: ReturnType<typeof createWatch>) =>
    createFitActivities({
      ...{ ...deps, reports: { alarm } },
      ...{ countPart: () => Promise.resolve(), fit: () => Promise.resolve() },
    });

  it('raises an alarm when it fails, and none when it was cancelled', async () => {
    const watch = createWatch();
    const { endPointsFit } = activitiesOf(watch);
    await endPointsFit({ fitId: await storeFit(1), state: 'cancelled' });
    expect(await watch.alarms('points_fit_failed')).toBe(0);
    await endPointsFit({ fitId: await storeFit(1), state: 'failed' });
    expect(await watch.alarms('points_fit_failed')).toBe(1);
  });

  it('raises an alarm when there are too few labels', async () => {
    const watch = createWatch();
    const { proposePoints } = activitiesOf(watch);
    const fitId = await storeFit(1);
    const heldOut = { inForce: { probabilities: null }, proposed: { probabilities: null } };
    await database.pool.query('update points_fits set result = $2 where fit_id = $1', [
      ...[fitId, { verdict: 'too_few_labels', heldOut }],
    ]);
    expect(await proposePoints({ fitId })).toBeNull();
    expect(await watch.alarms('points_fit_too_few_labels')).toBe(1);
    const unchanged = await storeFit(1);
    await database.pool.query('update points_fits set result = $2 where fit_id = $1', [
      ...[unchanged, { verdict: 'unchanged', heldOut }],
    ]);
    await proposePoints({ fitId: unchanged });
    expect(await watch.alarms('points_fit_too_few_labels')).toBe(1);
  });
});
