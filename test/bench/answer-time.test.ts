import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Result } from '../../bench/report.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { until } from '../support/until.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

let state: TempDir;
let results: TempDir;
let bench: ChildProcess | undefined;

beforeEach(() => {
  state = makeTempDir();
  results = makeTempDir();
});

afterEach(async () => {
  if (bench?.exitCode === null && bench.signalCode === null) {
    bench.kill('SIGKILL');
    await once(bench, 'exit');
  }
  await until('its processes end', async () => processesOf(state.path).length === 0);
  state.remove();
  results.remove();
});

const readOrEmpty = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** Every process that was started with `folder` in its command or environment. */
const processesOf = (folder: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) =>
      ['cmdline', 'environ'].some((file) => readOrEmpty(`/proc/${pid}/${file}`).includes(folder)),
    );

/** What Verdict left there; tsx keeps a cache of its own beside it. */
const foldersIn = (folder: string): string[] =>
  readdirSync(folder).filter((name) => name.startsWith('verdict-'));

const startBench = () => {
  const args = ['--import', 'tsx', 'bench/main.ts', '--quick', '--results', results.path];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, TMPDIR: state.path },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  bench = child;
  const exited = once(child, 'exit').then(() => child.exitCode);
  return { child, exited };
};

describe.runIf(process.platform === 'linux')('npm run bench', () => {
  it('gives sane figures, keeps them as JSON, and leaves nothing behind', async () => {
    const { child, exited } = startBench();
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect(await exited, err).toBe(0);
    expect(processesOf(state.path)).toEqual([]);
    expect(foldersIn(state.path)).toEqual([]);

    const [file = ''] = readdirSync(results.path);
    expect(file).toMatch(/^answer-time-\d{4}-\d\d-\d\dT\d{6}\.json$/);
    const raw = readFileSync(join(results.path, file), 'utf8');
    expect(raw).not.toContain(state.path);
    const { result, quick } = JSON.parse(raw) as Result;
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
    expect(out).toContain('above the floor');
  });

  it('Ctrl-C in the middle of the load leaves no process, no folder and no result', async () => {
    const { child, exited } = startBench();
    child.stdout.resume();
    let told = '';
    child.stderr.on('data', (chunk: Buffer) => {
      told += chunk.toString();
    });
    await until('the load begins', async () => told.includes('a second, round 1'), 50_000);
    child.kill('SIGINT');
    expect(await exited, told).toBe(130);
    expect(processesOf(state.path)).toEqual([]);
    expect(foldersIn(state.path)).toEqual([]);
    expect(readdirSync(results.path)).toEqual([]);
  });
});
