import { expect } from 'vitest';
import { backtestWorkflowIdOf } from '../../workflows/backtest/messages.js';
import type { Stack } from '../support/stack.js';
import { until } from '../support/until.js';

const hourMs = 3_600_000;

/**
 * Starts a backtest that cannot end until `release` is called: a lock keeps its parts from being
 * planned. Resolves once its first step is under way.
 */
export const holdBacktests = async (
  stack: Stack,
): Promise<{ readonly backtestId: string; readonly release: () => Promise<void> }> => {
  const holder = await stack.db.connect();
  await holder.query('begin');
  await holder.query('lock table backtest_parts in exclusive mode');
  const period = { from: new Date(Date.now() - hourMs), to: new Date(Date.now() + hourMs) };
  const reply = await stack.post('/v1/backtests', { ...period, version: 0 }, 'analyst');
  expect(reply.status, reply.text).toBe(200);
  const { backtestId } = reply.json as { backtestId: string };
  const handle = stack.temporal.workflow.getHandle(backtestWorkflowIdOf(backtestId));
  await until('the backtest has begun', async () => {
    const { raw } = await handle.describe();
    return (raw.pendingActivities ?? []).length > 0;
  });
  const release = async (): Promise<void> => {
    await holder.query('rollback');
    holder.release();
  };
  return { backtestId, release };
};
