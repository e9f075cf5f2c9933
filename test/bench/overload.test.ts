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

describe.runIf(process.platform === 'linux')('npm run bench -- --only overload', () => {
  it('twice the capacity is refused at once or answered in time, and holds up nobody else', async () => {
    const { exitCode, out, err } = bench.start('--only', 'overload', '--quick');
    expect(await exitCode, await err).toBe(0);
    expect(bench.leftBehind()).toEqual([]);

    const files = readdirSync(bench.resultsFolder);
    expect(files).toEqual([expect.stringMatching(/^overload-\d{4}-\d\d-\d\dT\d{6}\.json$/)]);
    const raw = readFileSync(join(bench.resultsFolder, files[0] ?? ''), 'utf8');
    expect(raw).not.toContain(bench.stateFolder);
    const { result } = JSON.parse(raw) as Extract<Result, { name: 'overload' }>;
    const { capacityPerSecond, plan, storms } = result;
    const [storm] = storms;
    const text = JSON.stringify(result);
    expect(storms, text).toHaveLength(1);
    const answered = (storm?.answeredBySecond ?? []).reduce((sum, count) => sum + count, 0);
    // A shared machine's pace changes by a third from one minute to the next.
    expect(answered, text).toBeGreaterThan(0.6 * capacityPerSecond * plan.stormSeconds);
    expect(storm?.taken?.p95Ms, text).toBeLessThan(2500);
    expect(storm?.refused?.p50Ms, text).toBeLessThan(100);
    expect(storm, text).toMatchObject({ withoutRetryAfter: 0, others: 0 });
    const all = { calls: plan.stormSeconds, answered200: plan.stormSeconds };
    const { verdicts, withdrawals, repeats, reads } = storm?.beside ?? {};
    for (const calls of [verdicts, withdrawals, repeats, reads]) {
      expect(calls, text).toMatchObject(all);
    }
    expect(storm?.calmAfterSeconds, text).not.toBeNull();
    expect(storm?.calmAfterSeconds, text).toBeLessThan(10);
    expect(await out).toContain('2 times the capacity');
  }, 180_000);
});
