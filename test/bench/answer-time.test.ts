import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Result } from '../../bench/report/report.js';
import { until } from '../support/until.js';
import { type Bench, makeBench } from './run.js';

let bench: Bench;

beforeEach(() => {
  bench = makeBench();
});

afterEach(() => bench.stop());

describe.runIf(process.platform === 'linux')('npm run bench -- --only answer-time', () => {
  it('gives sane figures, keeps them as JSON, and leaves nothing behind', async () => {
    const { exitCode, out, err } = bench.start('--only', 'answer-time', '--quick');
    expect(await exitCode, await err).toBe(0);
    expect(bench.leftBehind()).toEqual([]);

    const files = readdirSync(bench.resultsFolder);
    expect(files).toEqual([expect.stringMatching(/^answer-time-\d{4}-\d\d-\d\dT\d{6}\.json$/)]);
    const raw = readFileSync(join(bench.resultsFolder, files[0] ?? ''), 'utf8');
    expect(raw).not.toContain(bench.stateFolder);
    const { result, quick } = JSON.parse(raw) as Extract<Result, { name: 'answer-time' }>;
    expect(quick).toBe(true);
    for (const series of [result.latency.floor, result.latency.verdict]) {
      expect(series.samples).toBe(20);
      expect(series.p50Ms).toBeGreaterThan(1);
      expect(series.p95Ms).toBeGreaterThanOrEqual(series.p50Ms);
      expect(series.maxMs).toBeGreaterThanOrEqual(series.p99Ms);
    }
    expect(result.saturatedRatio).toBeGreaterThan(0);
    const parts = result.memory.byPart.map(({ part }) => part);
    const expected = ['api', 'postgres', 'simulators', 'supervisor', 'temporal', 'worker'];
    // With a cold cache tsx keeps its compiler running as well.
    expect(parts.filter((part) => part !== 'esbuild').toSorted()).toEqual(expected);
    expect(result.memory.pssMb).toBeGreaterThan(100);
    expect(result.memory.rssMb).toBeGreaterThanOrEqual(result.memory.pssMb);
    expect(await out).toContain('above the floor');
  }, 180_000);

  it('Ctrl-C in the middle of the load leaves no process, no folder and no result', async () => {
    const { child, exitCode, err } = bench.start('--only', 'answer-time', '--quick');
    let told = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      told += chunk.toString();
    });
    await until('the load begins', async () => told.includes('a second, round 1'), 120_000);
    child.kill('SIGINT');
    expect(await exitCode, await err).toBe(130);
    expect(bench.leftBehind()).toEqual([]);
    expect(readdirSync(bench.resultsFolder)).toEqual([]);
  }, 180_000);
});
