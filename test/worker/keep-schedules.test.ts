import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { expect, inject, it } from 'vitest';
import type { Logger } from '../../runtime/logger.js';
import { connectLater, connectNow } from '../../runtime/temporal.js';
import { createSchedules, scheduleIdOf } from '../../temporal/schedules.js';
import { keepSchedules } from '../../worker/keep-schedules.js';
import { startProxy } from '../support/proxy.js';
import { removeSchedules } from '../support/schedules.js';
import { until } from '../support/until.js';

it('schedules come once Temporal is back, and again when one is deleted; edits meanwhile stay', async () => {
  const address = inject('temporalAddress');
  const [host = '', port] = address.split(':');
  const proxy = await startProxy(host, Number(port));
  await proxy.cut();
  const late = connectLater({
    address: `127.0.0.1:${proxy.port}`,
  });
  const direct = new Client({
    connection: await connectNow({ address }),
  });
  const taskQueue = `kept-${randomUUID()}`;
  const handleOf = (name: Parameters<typeof scheduleIdOf>[1]) =>
    direct.schedule.getHandle(scheduleIdOf(taskQueue, name));
  const [edited, deleted] = [handleOf('delete-old-rows'), handleOf('note-day-totals')];
  const off = { sardine: false, sparkfly: false };
  const schedules = createSchedules(new Client({ connection: late }), taskQueue, off, 500);
  const ending = new AbortController();
  const told: unknown[] = [];
  const logger = { warn: (...line: unknown[]) => told.push(line) } as unknown as Logger;
  const parts = { logger, signal: ending.signal };
  const keeping = keepSchedules(schedules, parts, { retryMs: 50, checkEveryMs: 50 });
  try {
    await until('it has failed', async () => told.length > 0);
    await proxy.heal();
    await until('both are there', () => Promise.all([edited.describe(), deleted.describe()]));
    await edited.update((found) => ({ ...found, spec: { intervals: [{ every: 7000 }] } }));
    await deleted.delete();
    await until('it is there again', () => deleted.describe());
    expect((await edited.describe()).spec.intervals).toMatchObject([{ every: 7000 }]);
  } finally {
    ending.abort();
    await keeping;
    await removeSchedules(direct, taskQueue);
    await Promise.all([late.close(), direct.connection.close(), proxy.close()]);
  }
});
