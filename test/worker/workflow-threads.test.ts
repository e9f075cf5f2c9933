import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, type WorkflowFailedError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ensureWorkflowBundle } from '../../worker/bundle.js';
import { type Child, startChild } from '../support/child.js';
import { until } from '../support/until.js';
import { connectNow } from '../../runtime/temporal.js';

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

describe('replays in workflow threads', () => {
  const folder = pathOf('../replay/histories/');
  const histories = readdirSync(folder).filter((file) => file.endsWith('.json'));

  /** Replays these histories in threads of this kind. Counts the lines that they print. */
  const replay = async (threads: 'lean' | 'plain', files: readonly string[]) => {
    const child = startChild('test/worker/fixtures/replay-in-threads.ts', {
      BUNDLE: await ensureWorkflowBundle(join(inject('varDir'), 'bundles')),
      HISTORIES: files.map((file) => join(folder, file)).join(','),
      THREADS: threads,
      NODE_OPTIONS: `--require ${pathOf('fixtures/sandbox-probe.cjs')}`,
    });
    await child.ended;
    const replayed = child.lines.filter((line) => line.startsWith('replayed '));
    expect(replayed.length, child.lines.slice(-20).join('\n')).toBe(files.length);
    expect(replayed.filter((line) => !line.endsWith(': no fault'))).toEqual([]);
    const countOf = (text: string) => child.lines.filter((line) => line === text).length;
    return {
      threads: countOf('thread'),
      hooks: countOf('promise hook'),
      limitedCalls: countOf('call with limit'),
      sinkCallsAsked: countOf('sink calls asked for'),
      warnings: child.lines.filter((line) => line.includes('promiseHooks')).length,
    };
  };

  /** While it prepares a sandbox, the SDK sets a limit of its own. */
  const callsOfStart = 2;

  it.concurrent('every history replays without limits of Node, promise hook, or a hop for sink calls', async () => {
    const { threads, ...lean } = await replay('lean', histories);
    expect(lean).toEqual({
      ...{ hooks: 0, limitedCalls: threads * callsOfStart, sinkCallsAsked: 0, warnings: 0 },
    });
  });

  it.concurrent('the threads of the SDK have a limit for each call, and a promise hook', async () => {
    const accepted = histories.filter((file) => file.startsWith('accept.')).slice(0, 1);
    const plain = await replay('plain', accepted);
    expect(plain).toMatchObject({ threads: 1, hooks: 1 });
    expect(plain.limitedCalls).toBeGreaterThan(10);
    expect(plain.sinkCallsAsked).toBeGreaterThan(1);
  });
});

describe('a workflow thread', () => {
  const limitMs = 400;
  const taskQueue = `threads-${randomUUID()}`;
  let client: Client;
  let worker: Child;

  beforeAll(async () => {
    const address = inject('temporalAddress');
    client = new Client({
      connection: await connectNow({ address }),
    });
    worker = startChild('test/worker/fixtures/sandbox-worker.ts', {
      TEMPORAL_ADDRESS: address,
      TEMPORAL_TASK_QUEUE: taskQueue,
      LIMIT_MS: String(limitMs),
    });
    await worker.printed('"polling"');
  });

  afterAll(async () => {
    await worker?.end();
    await client?.connection.close();
  });

  const start = (type: string) =>
    client.workflow.start(type, { taskQueue, workflowId: `${type}-${randomUUID()}` });

  it.each(['loops', 'loopsLater'])('goes on when one workflow %s for ever', async (type) => {
    const looping = await start(type);
    const failuresOf = async () => {
      const { events } = await looping.fetchHistory();
      return (events ?? []).flatMap(
        ({ workflowTaskFailedEventAttributes: failed }) => failed?.failure?.message ?? [],
      );
    };
    await until('its task has failed', async () => (await failuresOf()).length > 0);
    expect(await failuresOf()).toEqual([expect.stringContaining(`timed out after ${limitMs}ms`)]);
    expect(await (await start('brief')).result()).toBe('done');
    const { runId } = await looping.describe();
    await until('the worker names the run', async () =>
      worker.lines.some(
        (line) => line.includes(looping.workflowId) && line.includes(`"runId":"${runId}"`),
      ),
    );
    await looping.terminate();
    expect(worker.process.exitCode).toBeNull();
  });

  it('goes on after its process has been stopped for longer than the limit', async () => {
    const runs = await Promise.all(Array.from({ length: 10 }, () => start('works')));
    worker.process.kill('SIGSTOP');
    await pause(2 * limitMs);
    worker.process.kill('SIGCONT');
    const results = await Promise.all(runs.map((run) => run.result()));
    expect(new Set(results)).toEqual(new Set(['done']));
    expect(worker.process.exitCode).toBeNull();
  });

  it('names the place where a workflow failed', async () => {
    const failure = await (await start('fails')).result().catch((error: unknown) => error);
    const { cause } = failure as WorkflowFailedError;
    expect(cause?.message).toBe('an order went wrong');
    expect(cause?.stack).toMatch(/failDeepInside \(.*sandbox-workflows\.ts:\d+:\d+\)/);
  });
});
