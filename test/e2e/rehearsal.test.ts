import { randomUUID } from 'node:crypto';
import { QueryNotRegisteredError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import { rehearse } from '../../temporal/rehearsal.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack?.stop());

const rehearsals = async () => {
  const query = `WorkflowType = 'rehearse' and TaskQueue = '${stack.env['TEMPORAL_TASK_QUEUE']}'`;
  const found = [];
  for await (const run of stack.temporal.workflow.list({ query })) found.push(run);
  return found;
};

/** When the newest worker said that it takes orders. */
const readyAtMs = (): number => {
  const line = stack.worker.lines.find((text) => text.includes('"polling"')) ?? '{}';
  const { time } = JSON.parse(line) as { time: number | string };
  return new Date(time).getTime();
};

describe('a worker rehearses before it is ready', () => {
  it('each start has one run, complete before the worker polls', async () => {
    for (const starts of [1, 2]) {
      const runs = await until('it is listed as done', async () => {
        const all = await rehearsals();
        return all.length === starts && all.every(({ closeTime }) => closeTime) ? all : undefined;
      });
      expect(runs.map(({ status }) => status.name)).toEqual(Array(starts).fill('COMPLETED'));
      const lastMs = Math.max(...runs.map(({ closeTime }) => closeTime?.getTime() ?? Infinity));
      expect(lastMs).toBeLessThanOrEqual(readyAtMs());
      if (starts === 1) await stack.restartWorker();
    }
  });

  it('its workflow threads take no stack traces', async () => {
    const [run] = await rehearsals();
    const asked = stack.temporal.workflow.getHandle(run?.workflowId ?? '').query('__stack_trace');
    await expect(asked).rejects.toThrow(QueryNotRegisteredError);
  });

  it('is given up after five seconds when no worker of the queue runs it', async () => {
    const startedAtMs = performance.now();
    await expect(rehearse(stack.temporal, `nobody-${randomUUID()}`)).rejects.toThrow(
      TemporarilyUnavailable,
    );
    expect(performance.now() - startedAtMs).toBeGreaterThan(4000);
    expect(performance.now() - startedAtMs).toBeLessThan(20_000);
  });
});
