import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Result } from '../../bench/report/report.js';
import { type Bench, makeBench } from './run.js';

let bench: Bench;

beforeEach(() => {
  bench = makeBench();
});

afterEach(() => bench.stop());

describe.runIf(process.platform === 'linux')('npm run bench -- --only outage', () => {
  it('measures orders without partners and their recovery, and leaves nothing behind', async () => {
    const { exitCode, out, err } = bench.start('--only', 'outage', '--quick');
    expect(await exitCode, await err).toBe(0);
    expect(bench.leftBehind()).toEqual([]);

    const files = readdirSync(bench.resultsFolder);
    expect(files).toEqual([expect.stringMatching(/^outage-\d{4}-\d\d-\d\dT\d{6}\.json$/)]);
    const raw = readFileSync(join(bench.resultsFolder, files[0] ?? ''), 'utf8');
    expect(raw).not.toContain(bench.stateFolder);
    const { result, quick } = JSON.parse(raw) as Extract<Result, { name: 'outage' }>;
    expect(quick).toBe(true);
    const { dead, recovery, slow, straggler, budgetMs } = result;
    expect(dead.all.samples).toBe(40);
    // Ten failures open a breaker, and each takes nearly the budget: those sent meanwhile wait too.
    expect(dead.ordersUntilOpen).toBeGreaterThanOrEqual(10);
    expect(dead.untilOpen?.p50Ms).toBeGreaterThan(budgetMs * 0.9);
    expect(dead.open?.samples).toBe(40 - dead.ordersUntilOpen);
    expect(dead.open?.p50Ms).toBeLessThan(budgetMs / 2);
    expect(recovery.waiting).toBe(40);
    expect(recovery.accepted + recovery.givenUp).toBe(40);
    expect(recovery.accepted).toBeGreaterThan(0);
    expect(recovery.closedAfterSeconds).toBeGreaterThan(0);
    expect(slow.all.samples).toBe(10);
    expect(slow.voteShare).toBeGreaterThan(0.5);
    expect(straggler.first.p50Ms).toBeGreaterThan(budgetMs * 0.9);
    expect(await out).toContain('with both breakers open');
  }, 150_000);

  it('a name that no benchmark has is refused before anything starts', async () => {
    const { exitCode, err } = bench.start('--only', 'outrage');
    expect(await err).toContain('There is no benchmark of that name.');
    expect(await exitCode).toBe(2);
    expect(readdirSync(bench.resultsFolder)).toEqual([]);
  });
});
