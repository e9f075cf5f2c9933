import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { childPart } from '../../local/child-part.js';
import { identify } from '../../local/process-identity.js';
import { type Part, Supervisor } from '../../local/supervisor.js';
import { freePort } from '../support/ports.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { until } from '../support/until.js';

const timing = {
  firstPauseMs: 20,
  longestPauseMs: 80,
  healthyMs: 60_000,
  stopEachMs: 600,
  stopAllMs: 5000,
};

describe('the supervisor', () => {
  let folder: TempDir;
  let events: string;
  const said: string[] = [];
  const supervisors: Supervisor[] = [];

  beforeEach(() => {
    folder = makeTempDir();
    events = join(folder.path, 'events');
    writeFileSync(events, '');
    said.length = 0;
  });
  afterEach(async () => {
    await Promise.all(supervisors.splice(0).map((supervisor) => supervisor.stop()));
    folder.remove();
  });

  const tiny = async (
    name: string,
    needs: readonly string[] = [],
    more: Record<string, string> = {},
  ) => {
    const port = await freePort();
    const part = childPart({
      ...{ name, needs },
      file: fileURLToPath(new URL('./fixtures/tiny-part.ts', import.meta.url)),
      env: {
        ...{ PATH: process.env['PATH'], NAME: name, PORT: String(port), EVENTS: events },
        ...more,
      },
      readyUrl: `http://127.0.0.1:${port}/readyz`,
      onLine: () => undefined,
    });
    return { part, url: `http://127.0.0.1:${port}` };
  };
  const step = (name: string, needs: readonly string[], work: () => void): Part => ({
    ...{ name, needs },
    start: async () => {
      work();
      return undefined;
    },
  });
  const supervise = (...parts: readonly Part[]): Supervisor => {
    const supervisor = new Supervisor(parts, (part, text) => said.push(`${part} ${text}`), timing);
    supervisors.push(supervisor);
    return supervisor;
  };
  const happened = () => readFileSync(events, 'utf8').trim().split('\n');
  const pidsOf = (name: string) =>
    happened().flatMap((line) => {
      const [event, found, pid] = line.split(' ');
      return event === 'start' && found === name ? [Number(pid)] : [];
    });
  const isGone = (pid: number | undefined) => pid !== undefined && identify(pid) === undefined;

  it('starts a part only when those it needs are ready, and stops in reverse order', async () => {
    const [store, worker] = [await tiny('store'), await tiny('worker', ['schema'])];
    let storeAtSchema: string[] = [];
    const schema = step('schema', ['store', 'not-supervised'], () => {
      storeAtSchema = happened();
    });
    const supervisor = supervise(store.part, schema, worker.part);
    await supervisor.ready;
    expect(storeAtSchema).toEqual([expect.stringContaining('start store')]);
    await supervisor.stop();
    expect(happened().map((line) => line.replace(/ \d+$/, ''))).toEqual([
      'start store',
      'start worker',
      'stop worker',
      'stop store',
    ]);
  });

  it('restarts a part that dies, with a growing pause and a log line', async () => {
    const { part, url } = await tiny('worker');
    const supervisor = supervise(part);
    await supervisor.ready;
    for (const deaths of [1, 2, 3]) {
      await fetch(`${url}/crash`).catch(() => undefined);
      await until('it runs again', async () => pidsOf('worker').length === deaths + 1);
      const isReady = async () => said.filter((line) => line.includes('ready')).length > deaths;
      await until('it is ready again', isReady);
    }
    expect(said.filter((line) => line.includes('ended'))).toEqual([
      'worker ended (exit code 3); starting it again in 20 ms',
      'worker ended (exit code 3); starting it again in 40 ms',
      'worker ended (exit code 3); starting it again in 80 ms',
    ]);
  });

  it('starts again a part that was killed, and leaves the others alone', async () => {
    const [store, worker] = [await tiny('store'), await tiny('worker')];
    await supervise(store.part, worker.part).ready;
    const [pid] = pidsOf('worker');
    process.kill(pid ?? Number.NaN, 'SIGKILL');
    await until('it runs again', async () => pidsOf('worker').length === 2);
    expect(said).toContain('worker ended (signal SIGKILL); starting it again in 20 ms');
    expect(pidsOf('store')).toHaveLength(1);
  });

  it('kills a part that does not stop when asked, and goes on with the next', async () => {
    const [store, worker] = [await tiny('store'), await tiny('worker', [], { STUBBORN: 'yes' })];
    const supervisor = supervise(store.part, worker.part);
    await supervisor.ready;
    const pids = [...pidsOf('store'), ...pidsOf('worker')];
    const startedAt = Date.now();
    await supervisor.stop();
    expect(Date.now() - startedAt).toBeLessThan(timing.stopAllMs);
    expect(pids.map(isGone)).toEqual([true, true]);
    expect(happened().at(-1)).toMatch(/^stop store/);
  });

  it('fails with the words of the part that cannot start, and leaves nothing running', async () => {
    const store = await tiny('store');
    const broken = await tiny('worker', ['store'], { PORT: 'not-a-port' });
    const supervisor = supervise(store.part, broken.part);
    await expect(supervisor.ready).rejects.toThrow(
      /worker ended while it was starting \(exit code 1\)[^]*ERR_SOCKET_BAD_PORT/,
    );
    await supervisor.stop();
    expect(pidsOf('store').map(isGone)).toEqual([true]);
  });

  it('can be stopped while parts are still starting', async () => {
    const { part } = await tiny('worker');
    const later = await tiny('api', ['worker']);
    const supervisor = supervise(part, later.part);
    await supervisor.stop();
    await expect(supervisor.ready).rejects.toThrow(/stopped while|aborted/);
    expect(pidsOf('worker').filter((pid) => !isGone(pid))).toEqual([]);
    expect(pidsOf('api')).toEqual([]);
  });
});
