import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sumWindows, sumWindowsText, sumWindowsValues } from '../../db/alert-counts.js';
import { openDatabase } from './database.js';

const points = 'loyalty_enrollment_points_earned';
const startMs = Date.UTC(2026, 0, 1);
const hourMs = 3_600_000;

let database: Awaited<ReturnType<typeof openDatabase>>;

/** 100,000 activities of 100 members, one each hour of a member. */
beforeAll(async () => {
  database = await openDatabase(2);
  await database.pool.query(
    `insert into alert_activities (arrival, family, client_id, metric, owner, store, quantity,
        occurred_at, received_at)
      select n, 'loyalty', n::text, $1, (n % 100)::text, n % 7, 1,
        to_timestamp($2::bigint / 1000) + (n / 100) * interval '1 hour', now()
      from generate_series(0, 99999) as n`,
    [points, startMs],
  );
  await database.pool.query('analyze alert_activities');
});

afterAll(() => database?.close());

interface Plan {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly Plan[];
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** Windows of 24 hours, each of another member. */
const windows = Array.from({ length: 20 }, (_, n) => ({
  ...{ metric: points, owner: String(n), stores: n % 2 === 0 ? undefined : [1, 2, 3] },
  afterMs: startMs + 476 * hourMs,
  untilMs: startMs + 500 * hourMs,
  arrival: 100_000,
}));

describe('counting windows among 100,000 activities', () => {
  it.each(['force_custom_plan', 'force_generic_plan'])(
    'reads one range of the index for each window (%s)',
    async (mode) => {
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      try {
        await client.query(`set plan_cache_mode = ${mode}`);
        await client.query(`prepare sums (jsonb, jsonb) as ${sumWindowsText}`);
        const [asked, lists] = sumWindowsValues(windows);
        const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
          `explain (analyze, buffers, format json) execute sums ('${asked}', '${lists}')`,
        );
        const plan = rows[0]?.['QUERY PLAN'][0].Plan;
        const nodes = plan === undefined ? [] : nodesOf(plan);
        const onTable = nodes.filter((node) => node['Relation Name'] === 'alert_activities');
        expect(onTable.map((node) => node['Node Type'])).not.toContain('Seq Scan');
        const ranges = nodes.filter((node) => node['Index Name'] === 'alert_activities_window');
        expect(ranges).toHaveLength(1);
        for (const part of ['owner =', 'metric =', 'occurred_at >', 'occurred_at <=']) {
          expect(ranges[0]?.['Index Cond']).toContain(part);
        }
        // Pages, not time: three levels of the index, two leaves, and at most one page of the table
        // for each of the 24 rows in a window.
        const hit = plan?.['Shared Hit Blocks'] ?? Infinity;
        const read = plan?.['Shared Read Blocks'] ?? 0;
        expect(hit + read).toBeLessThanOrEqual(windows.length * (24 + 6) + 10);
      } finally {
        await client.end();
      }
    },
  );

  it('gives each window its own sum, in the order given', async () => {
    const sums = await sumWindows(database.pool, windows);
    expect(sums.filter((_sum, index) => index % 2 === 0)).toEqual(Array(10).fill(24));
    expect(sums[1]).toBeGreaterThan(5);
    expect(sums[1]).toBeLessThan(15);
    const many = Array.from({ length: 2500 }, (_, n) => ({
      ...windows[0],
      ...{ metric: points, owner: '0', stores: undefined, arrival: 100_000, afterMs: 0 },
      untilMs: startMs + (n % 1000) * hourMs,
    }));
    expect(await sumWindows(database.pool, many)).toEqual(many.map((_one, n) => (n % 1000) + 1));
  });
});
