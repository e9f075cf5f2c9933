import { afterAll, beforeAll, expect, it } from 'vitest';
import { countDriftDays } from '../../services/drift/count.js';
import { readDrift, readSigns } from '../../services/drift/report.js';
import { openDatabase } from './database.js';
import { storeDecisions } from './drift-fixture.js';

let database: Awaited<ReturnType<typeof openDatabase>>;

const now = new Date('2026-11-30T15:30:00Z');
const dayMs = 86_400_000;
const ago = (days: number): Date => new Date(now.getTime() - days * dayMs);
const context = (at = now) => ({ db: database.pool, now: at });
const onPage = () => undefined;
const count = (at = now) => countDriftDays(context(at), { onPage });

const usual = {
  rules: ['R15'],
  facts: { 'byIp.orders1h': 3, 'avs.street': 'match' },
  level: 'low',
} as const;

/** Five weeks of which the last one has more mismatches, and a day today that is unlike all. */
beforeAll(async () => {
  database = await openDatabase();
  const { pool } = database;
  for (let days = 35; days >= 1; days -= 1) {
    const mismatched = days <= 7 ? 12 : 2;
    await storeDecisions(pool, { ...usual, at: ago(days), orders: 40 - mismatched });
    const facts = { ...usual.facts, 'avs.street': 'no_match' };
    await storeDecisions(pool, { ...usual, facts, at: ago(days), orders: mismatched });
  }
  await storeDecisions(pool, {
    ...{ at: ago(0), orders: 250, level: 'high', rules: ['R15', 'R34'] },
    facts: { 'byIp.orders1h': 0, 'avs.street': 'match' },
  });
  // Too old to count, and of another banner.
  await storeDecisions(pool, { ...usual, at: ago(36), orders: 10 });
  await storeDecisions(pool, { at: ago(3), orders: 300, banner: 'bay', rules: ['R01'] });
});
afterAll(() => database?.close());

const daysStored = async (): Promise<Record<string, number>> => {
  const { rows } = await database.pool.query<{ day: string; orders: number }>(
    `select day::text, orders from drift_days where banner = 's5a' order by day`,
  );
  return Object.fromEntries(rows.map(({ day, orders }) => [day, orders]));
};

it('a week is compared with the four before it, banner by banner, today left out', async () => {
  expect(await count()).toEqual({ days: 4 * 36 });
  const report = await readDrift(context(), { banner: 's5a' });
  expect(report).toMatchObject({
    week: ['2026-11-23', '2026-11-29'],
    before: ['2026-10-26', '2026-11-22'],
    ...{ weekOrders: 280, beforeOrders: 1120 },
  });
  const [first] = report.shifts;
  expect(first).toMatchObject({ kind: 'fact', name: 'avs.street', state: 'shifted' });
  expect(first?.parts.find(({ part }) => part === 'no_match')).toEqual({
    ...{ part: 'no_match', now: 0.3, before: 0.05 },
  });
  expect(report.shifts.map(({ name }) => name)).not.toContain('R01');
  const all = await readDrift(context(), {});
  expect(all.weekOrders).toBe(580);
});

it('today shows a silent fact, a surging rule and a partner that answers differently', async () => {
  await count();
  const signs = await readSigns(context());
  expect(signs.map(({ banner, sign, name }) => `${banner} ${sign} ${name}`).toSorted()).toEqual([
    's5a fact_silent byIp.orders1h',
    's5a partner_shifted sardine',
    's5a rule_surging R34',
  ]);
});

it('today is counted again each time, and a day that is over once more and then never', async () => {
  await count();
  expect((await daysStored())['2026-11-30']).toBe(250);
  await storeDecisions(database.pool, { ...usual, at: ago(0), orders: 5 });
  await storeDecisions(database.pool, { ...usual, at: ago(1), orders: 5 });
  expect(await count()).toEqual({ days: 4 });
  expect((await daysStored())['2026-11-30']).toBe(255);
  expect((await daysStored())['2026-11-29']).toBe(40);
  const tomorrow = new Date(now.getTime() + dayMs);
  await storeDecisions(database.pool, { ...usual, at: now, orders: 5 });
  expect(await count(tomorrow)).toEqual({ days: 8 });
  const stored = await daysStored();
  expect([stored['2026-11-30'], stored['2026-10-26']]).toEqual([260, undefined]);
});

it('of more decisions a day than are counted it is always the same sample', async () => {
  await storeDecisions(database.pool, { at: ago(2), orders: 800, banner: 'lat', rules: ['R01'] });
  await storeDecisions(database.pool, { at: ago(2), orders: 800, banner: 'lat' });
  const hits = async () => {
    await database.pool.query(`delete from drift_days where banner = 'lat'`);
    await countDriftDays(context(), { onPage, sampleMax: 1000 });
    const report = await readDrift(context(), { banner: 'lat' });
    const rule = report.shifts.find(({ name }) => name === 'R01');
    return [report.weekOrders, rule?.parts.find(({ part }) => part === 'hit')?.now ?? 0] as const;
  };
  const [orders, share] = await hits();
  expect(orders).toBe(1000);
  expect(Math.abs(share - 0.5)).toBeLessThan(0.08);
  expect(await hits()).toEqual([orders, share]);
});

it('is ended between two pages, and then keeps the days that it has counted', async () => {
  await database.pool.query(`delete from drift_days where banner = 'lat'`);
  let pages = 0;
  const stop = () => {
    pages += 1;
    if (pages > 20) throw new Error('cancelled');
  };
  await expect(countDriftDays(context(), { onPage: stop })).rejects.toThrow('cancelled');
  const { days } = await count();
  expect(days).toBeLessThan(4 * 36);
});
