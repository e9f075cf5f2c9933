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

describe.runIf(process.platform === 'linux')('npm run bench -- --only population', () => {
  it('reports the shipped rules by pattern and by rule, and stores the figures', async () => {
    const { exitCode, out, err } = bench.start('--only', 'population', '--quick');
    expect(await exitCode, await err).toBe(0);
    expect(bench.leftBehind()).toEqual([]);
    const [file = '', ...others] = readdirSync(bench.resultsFolder);
    expect(others).toEqual([]);
    const raw = readFileSync(join(bench.resultsFolder, file), 'utf8');
    const { result } = JSON.parse(raw) as Extract<Result, { name: 'population' }>;
    expect(result.fraud.orders + result.honest.orders).toBe(result.orders);
    const byPattern = result.patterns.reduce((sum, { orders }) => sum + orders, 0);
    expect(byPattern).toBe(result.fraud.orders);
    const byStory = result.stories.reduce((sum, { orders }) => sum + orders, 0);
    expect(byStory).toBe(result.honest.orders);
    const printed = await out;
    for (const { name } of result.patterns) expect(printed).toContain(name.replaceAll('_', ' '));
    for (const { id, name } of result.rules) expect(printed).toContain(`${id} ${name}`);
  });
});
