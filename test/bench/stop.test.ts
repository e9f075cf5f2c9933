import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../support/until.js';
import { type Bench, makeBench } from './run.js';

let bench: Bench;

beforeEach(() => {
  bench = makeBench();
});

afterEach(() => bench.stop());

describe.runIf(process.platform === 'linux')('npm run bench', () => {
  it('that is ended by Ctrl-C in the middle of the load leaves no process, no folder and no result', async () => {
    const { child, exitCode, err } = bench.start('--only', 'answer-time', '--quick');
    let printed = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    await until('the load begins', async () => printed.includes('a second, round 1'));
    child.kill('SIGINT');
    expect(await exitCode, await err).toBe(130);
    expect(bench.leftBehind()).toEqual([]);
    expect(readdirSync(bench.resultsFolder)).toEqual([]);
  });

  it('refuses a name that no benchmark has before anything starts', async () => {
    const { exitCode, err } = bench.start('--only', 'outrage');
    expect(await err).toContain('There is no benchmark of that name.');
    expect(await exitCode).toBe(2);
    expect(readdirSync(bench.resultsFolder)).toEqual([]);
  });
});
