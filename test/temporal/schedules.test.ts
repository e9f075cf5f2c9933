import { randomUUID } from 'node:crypto';
import {
  Client,
  Connection,
  type ConnectionOptions,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  createSchedules,
  scheduleIdOf,
  type ScheduleName,
  schedulePlans,
} from '../../temporal/schedules.js';
import { pauseSchedule } from '../support/schedules.js';
import { until } from '../support/until.js';
import { connectNow } from '../../runtime/temporal.js';

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number];

const address = inject('temporalAddress');
const all = Object.keys(schedulePlans) as ScheduleName[];
const both = { sardine: true, sparkfly: true };
const hourly = 'note-day-totals';

let client: Client;
let taskQueue: string;
const used: string[] = [];

beforeAll(async () => {
  client = new Client({
    connection: await connectNow({ address }),
  });
});

afterEach(async () => {
  for (const queue of used.splice(0)) await createSchedules(client, queue, both).removeAll();
});

afterAll(() => client?.connection.close());

const installed = (configured = both) => {
  taskQueue = `schedules-${randomUUID()}`;
  used.push(taskQueue);
  return createSchedules(client, taskQueue, configured);
};

const handleOf = (name: ScheduleName, queue = taskQueue) =>
  client.schedule.getHandle(scheduleIdOf(queue, name));

/** Temporal can describe a new schedule only after a moment. */
const describeOf = (name: ScheduleName) =>
  until(`${name} is described`, () => handleOf(name).describe());

/**
 * Runs a schedule every five seconds, as an operator might, until a description shows it. Temporal
 * applies a pause before an update that arrives in the same workflow task, which then undoes the
 * pause: an update must be through before a test pauses.
 */
const runOften = async (name: ScheduleName): Promise<void> => {
  const spec = { intervals: [{ every: 5000 }] };
  const policies = { overlap: ScheduleOverlapPolicy.ALLOW_ALL };
  await handleOf(name).update(({ action, state }) => ({ action, state, spec, policies }));
  await until(`${name} runs often`, async () => {
    const { spec: shown } = await describeOf(name);
    return shown.intervals?.[0]?.every === 5000;
  });
};

const pauseNow = (name: ScheduleName, note: string) => pauseSchedule(client, taskQueue, name, note);

const isThere = (name: ScheduleName): Promise<boolean> =>
  handleOf(name)
    .describe()
    .then(
      () => true,
      (error: unknown) => {
        if (error instanceof ScheduleNotFoundError) return false;
        throw error;
      },
    );

describe('the schedules of an installation', () => {
  it('are created once by workers that start at the same moment, and each runs at once', async () => {
    const schedules = installed();
    const workers = Array.from({ length: 4 }, () => schedules.bringUpToDate());
    await Promise.all(workers);
    for (const name of all) {
      const { spec, action, policies, state } = await describeOf(name);
      const plan = schedulePlans[name];
      expect(spec.intervals).toEqual([{ every: plan.everyMs, offset: plan.offsetMs }]);
      expect(policies).toEqual({
        overlap: ScheduleOverlapPolicy.SKIP,
        catchupWindow: plan.catchupWindowMs,
        pauseOnFailure: false,
      });
      const id = scheduleIdOf(taskQueue, name);
      const workflow = { workflowType: plan.workflowType, taskQueue };
      expect(action).toMatchObject({ ...workflow, workflowId: id, args: [] });
      expect(state).toMatchObject({ paused: false, note: plan.note });
      const { info } = await until('it has run', async () => {
        const found = await describeOf(name);
        return found.info.recentActions.length > 0 && found;
      });
      // The scheduled run may come at the same time.
      const isPlanned = (at: Date) => (at.getTime() - plan.offsetMs) % plan.everyMs === 0;
      const atOnce = info.recentActions.filter(({ scheduledAt }) => !isPlanned(scheduledAt));
      expect([atOnce.length, info.lastUpdatedAt]).toEqual([1, undefined]);
      const runs = info.recentActions.map((one) => one.action.workflow.workflowId);
      for (const run of runs) await client.workflow.getHandle(run).terminate();
    }
  });

  it('keep apart from those of another task queue in the same namespace', async () => {
    await installed().bringUpToDate();
    const first = taskQueue;
    await installed().bringUpToDate();
    await createSchedules(client, taskQueue, both).removeAll();
    expect(await isThere(hourly)).toBe(false);
    expect((await handleOf(hourly, first).describe()).action.taskQueue).toBe(first);
  });

  it('stay paused, with their note, whatever else is put back when a worker starts', async () => {
    const schedules = installed();
    await schedules.bringUpToDate();
    const handle = handleOf(hourly);
    await runOften(hourly);
    await pauseNow(hourly, 'the auditors are here');
    await schedules.createMissing();
    expect((await handle.describe()).spec.intervals).toMatchObject([{ every: 5000 }]);
    await schedules.bringUpToDate();
    const { spec, policies, state } = await handle.describe();
    expect(spec.intervals).toEqual([{ every: 3_600_000, offset: 60_000 }]);
    expect(policies.overlap).toBe('SKIP');
    expect(state).toEqual({ paused: true, note: 'the auditors are here' });
  });

  it('stay paused when they are paused while they are put back', async () => {
    await installed().bringUpToDate();
    const handle = handleOf(hourly);
    await runOften(hourly);
    let pauses = 0;
    const paused = async () => {
      pauses += 1;
      await pauseNow(hourly, `at that moment, ${pauses}`);
    };
    const connection = await Connection.connect({ address, interceptors: [beforeUpdate(paused)] });
    const late = createSchedules(new Client({ connection }), taskQueue, both);
    try {
      // Each attempt meets a pause that it has not seen, and undoes none of them.
      await expect(late.bringUpToDate()).rejects.toThrow('temporal did not answer');
      expect(pauses).toBeGreaterThan(1);
      expect((await handle.describe()).state.paused).toBe(true);
    } finally {
      await connection.close();
    }
  });

  it('that have nothing to do are deleted, and are there again once they have', async () => {
    await installed().bringUpToDate();
    await createSchedules(client, taskQueue, { sardine: false, sparkfly: false }).bringUpToDate();
    const left = await Promise.all(all.map(isThere));
    const always = all.filter((name) => !('needs' in schedulePlans[name]));
    expect(always).toContain(hourly);
    expect(all.filter((_, index) => left[index])).toEqual(always);
    await createSchedules(client, taskQueue, both).createMissing();
    expect(await Promise.all(all.map(isThere))).toEqual(all.map(() => true));
  });
});

/** Runs `work` before each update of a schedule is sent. */
const beforeUpdate =
  (work: () => Promise<void>): Interceptor =>
  (options, nextCall) => {
    const call = nextCall(options) as ReturnType<Interceptor>;
    if (!options.method_definition.path.endsWith('/UpdateSchedule')) return call;
    const done = work();
    for (const step of ['start', 'sendMessage', 'halfClose'] as const) {
      const send = call[step].bind(call) as (...given: unknown[]) => void;
      call[step] = (...given: unknown[]) => void done.then(() => send(...given));
    }
    return call;
  };
