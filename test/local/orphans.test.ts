import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identify } from '../../local/process-identity.js';
import { commandOf } from '../../runtime/launcher.js';
import { freePort } from '../support/ports.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { until } from '../support/until.js';

const file = fileURLToPath(new URL('./fixtures/tiny-installation.ts', import.meta.url));

describe('after the end of the supervisor nothing is left', () => {
  let folder: TempDir;
  let child: ChildProcess | undefined;
  let pids: number[] = [];

  beforeEach(() => {
    folder = makeTempDir();
  });
  afterEach(() => {
    for (const pid of pids.filter((found) => identify(found))) process.kill(pid, 'SIGKILL');
    child?.kill('SIGKILL');
    folder.remove();
  });

  /** Runs the tiny installation behind `wrapper`; resolves with the pids of all its processes. */
  const run = async (wrapper: readonly string[], more: Record<string, string> = {}) => {
    const events = join(folder.path, 'events');
    writeFileSync(events, '');
    const command = [...wrapper, ...commandOf(file)];
    const [program = '', ...args] = command;
    child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env['PATH'], EVENTS: events, PORT: String(await freePort()), ...more },
    });
    const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
    const [supervisor = 0, foreign = 0] = line.toString().trim().split(' ').slice(1).map(Number);
    const node = Number(readFileSync(events, 'utf8').trim().split(' ').at(-1));
    pids = [supervisor, foreign, node];
    expect(pids.every((pid) => identify(pid) !== undefined)).toBe(true);
    return { launched: child, supervisor };
  };
  const areGone = () =>
    until('all are gone', async () => pids.every((pid) => identify(pid) === undefined), 15_000);

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('by %s, with exit code 0', async (signal) => {
    const { launched } = await run([]);
    launched.kill(signal);
    const [code] = await once(launched, 'exit');
    expect(code).toBe(0);
    expect(await areGone()).toBe(true);
  });

  it('by two signals in one moment, which npm makes of one Ctrl-C', async () => {
    const { launched } = await run([]);
    launched.kill('SIGINT');
    launched.kill('SIGINT');
    const [code] = await once(launched, 'exit');
    expect(code).toBe(0);
    expect(await areGone()).toBe(true);
  });

  it('by kill -9 of the supervisor', async () => {
    const { supervisor } = await run([]);
    process.kill(supervisor, 'SIGKILL');
    expect(await areGone()).toBe(true);
  });

  it('by kill -9 of the npm that started it', async () => {
    const keepsParent = ['sh', '-c', '"$@" & wait', 'sh'];
    const { launched } = await run(keepsParent, { npm_lifecycle_event: 'start' });
    launched.kill('SIGKILL');
    expect(await areGone()).toBe(true);
  });
});
