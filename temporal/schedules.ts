import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import {
  deleteOldRowsType,
  keepSparkflyPolledType,
  noteDayTotalsType,
  tellChargebacksType,
} from '../workflows/upkeep/messages.js';
import { temporalFault } from './temporal-fault.js';

/** What is done at times. */
interface SchedulePlan {
  readonly workflowType: string;
  readonly everyMs: number;
  /** From each full `everyMs` since 1970 to the run. */
  readonly offsetMs: number;
  /** A run that Temporal missed is made up for if it is no older than this. */
  readonly catchupWindowMs: number;
  /** What operators read beside it. */
  readonly note: string;
  /** What must be configured; a schedule that has nothing to do is deleted. */
  readonly needs?: 'sardine' | 'sparkfly';
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** The schedules of an installation, by the beginning of their ids. */
export const schedulePlans = {
  'note-day-totals': {
    workflowType: noteDayTotalsType,
    // Most runs find that the day is noted. A minute past, so that a clock may be behind.
    everyMs: hourMs,
    offsetMs: minuteMs,
    // A machine that was switched off overnight catches up at once, as after each of these.
    catchupWindowMs: dayMs,
    note: 'Notes what a large order of each banner was up to yesterday; rules read it.',
  },
  'delete-old-rows': {
    workflowType: deleteOldRowsType,
    everyMs: hourMs,
    offsetMs: 17 * minuteMs,
    catchupWindowMs: dayMs,
    note: 'Deletes evidence, pushes, activities and alerts that were kept for their time.',
  },
  'tell-chargebacks': {
    workflowType: tellChargebacksType,
    // The next run comes so soon that none needs making up for beyond the last one.
    everyMs: minuteMs,
    offsetMs: 0,
    catchupWindowMs: minuteMs,
    note: 'Tells Sardine of chargebacks of orders that it has scored.',
    needs: 'sardine',
  },
  'keep-sparkfly-polled': {
    workflowType: keepSparkflyPolledType,
    everyMs: minuteMs,
    offsetMs: 30_000,
    catchupWindowMs: minuteMs,
    note: 'Begins the polling of Sparkfly again when somebody has ended it.',
    needs: 'sparkfly',
  },
} as const satisfies Readonly<Record<string, SchedulePlan>>;

export type ScheduleName = keyof typeof schedulePlans;

const names = Object.keys(schedulePlans) as ScheduleName[];

/** Of two task queues that share a namespace each has its own. Its runs' ids begin with it. */
export const scheduleIdOf = (taskQueue: string, name: ScheduleName): string =>
  `${name}:${taskQueue}`;

/** Temporal leaves an offset of nothing out, which the client library's type does not say. */
const offsetOf = ({ offset }: { readonly offset?: number }): number => offset ?? 0;

/** What of a schedule is ours; whether it is paused, and its note, belong to the operators. */
const shapeOf = ({ spec, action, policies }: ScheduleDescription): string =>
  JSON.stringify([
    spec.intervals?.map((interval) => [interval.every, offsetOf(interval)]),
    [spec.calendars?.length, spec.skip?.length, spec.startAt ?? 0, spec.endAt ?? 0],
    spec.jitter ?? 0,
    [action.workflowId, action.workflowType, action.taskQueue, action.args?.length ?? 0],
    [policies.overlap, policies.catchupWindow, policies.pauseOnFailure],
  ]);

const shapeOfPlan = (plan: SchedulePlan, scheduleId: string, taskQueue: string): string =>
  JSON.stringify([
    [[plan.everyMs, plan.offsetMs]],
    [0, 0, 0, 0],
    0,
    [scheduleId, plan.workflowType, taskQueue, 0],
    [ScheduleOverlapPolicy.SKIP, plan.catchupWindowMs, false],
  ]);

/**
 * For each schedule, so that a silent Temporal is noticed; long, because one that has just been
 * created can be looked at only after Temporal has taken it up, and nobody waits here.
 */
const usualPatienceMs = 20_000;

/** Another worker, or an operator, may change a schedule at the same moment: not so often. */
const triesMax = 5;

/** Without arguments and texts that would be sealed: a schedule outlives the keys. */
const actionOf = ({ workflowType }: SchedulePlan, scheduleId: string, taskQueue: string) =>
  ({ type: 'startWorkflow', workflowId: scheduleId, workflowType, taskQueue }) as const;

interface Place {
  readonly client: Client;
  readonly taskQueue: string;
}

/**
 * Creates a schedule whose first run comes at once; false when there is one, which is left as it
 * is. Unlike a look at it, this needs nothing of Temporal that is slow to start with a namespace.
 */
const create = async ({ client, taskQueue }: Place, name: ScheduleName): Promise<boolean> => {
  const plan = schedulePlans[name];
  const scheduleId = scheduleIdOf(taskQueue, name);
  try {
    await client.schedule.create({
      scheduleId,
      spec: { intervals: [{ every: plan.everyMs, offset: plan.offsetMs }] },
      action: actionOf(plan, scheduleId, taskQueue),
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: plan.catchupWindowMs },
      state: { note: plan.note, triggerImmediately: true },
    });
    return true;
  } catch (error) {
    if (error instanceof ScheduleAlreadyRunning) return false;
    throw error;
  }
};

/**
 * Makes a schedule's times, workflow and policies those of this release, and leaves its state as it
 * was described. Temporal drops it in silence when the schedule has changed since then: else a
 * pause of that moment would be undone. The client library has no call that says so.
 */
const update = async (
  { client, taskQueue }: Place,
  name: ScheduleName,
  { raw }: ScheduleDescription,
): Promise<void> => {
  const plan = schedulePlans[name];
  const scheduleId = scheduleIdOf(taskQueue, name);
  const overlapSkip = 1;
  await client.workflowService.updateSchedule({
    namespace: client.options.namespace,
    identity: client.options.identity,
    requestId: randomUUID(),
    scheduleId,
    conflictToken: raw.conflictToken ?? null,
    schedule: {
      spec: { interval: [{ interval: msToTs(plan.everyMs), phase: msToTs(plan.offsetMs) }] },
      action: {
        startWorkflow: {
          workflowId: scheduleId,
          workflowType: { name: plan.workflowType },
          taskQueue: { name: taskQueue },
        },
      },
      policies: { overlapPolicy: overlapSkip, catchupWindow: msToTs(plan.catchupWindowMs) },
      state: raw.schedule?.state ?? null,
    },
  });
};

const bringUpToDate = async (place: Place, name: ScheduleName): Promise<void> => {
  const { taskQueue } = place;
  const scheduleId = scheduleIdOf(taskQueue, name);
  const wanted = shapeOfPlan(schedulePlans[name], scheduleId, taskQueue);
  const handle = place.client.schedule.getHandle(scheduleId);
  for (let tries = 0; tries < triesMax; tries += 1) {
    if (await create(place, name)) return;
    const found = await handle.describe();
    if (shapeOf(found) === wanted) return;
    await update(place, name, found);
  }
  throw new Error(`the schedule ${scheduleId} does not become what it should be`);
};

const remove = async ({ client, taskQueue }: Place, name: ScheduleName): Promise<void> => {
  try {
    await client.schedule.getHandle(scheduleIdOf(taskQueue, name)).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
};

/**
 * The schedules of one installation. Calls end when `signal` aborts, and may throw
 * `TemporarilyUnavailable`.
 */
export interface Schedules {
  /**
   * Creates what is missing, makes what is there as this release has it, and deletes what has
   * nothing to do. Any number of workers may do so at once; a paused schedule stays paused.
   */
  readonly bringUpToDate: (signal?: AbortSignal) => Promise<void>;
  /** Creates what is missing and leaves all else as it is. */
  readonly createMissing: (signal?: AbortSignal) => Promise<void>;
  /** Deletes all of them; runs that are under way go on. */
  readonly removeAll: () => Promise<void>;
}

/** `configured` says whether there is a Sardine to tell, and a Sparkfly to poll. */
export const createSchedules = (
  client: Client,
  taskQueue: string,
  configured: { readonly sardine: boolean; readonly sparkfly: boolean },
  patienceMs = usualPatienceMs,
): Schedules => {
  const place = { client, taskQueue };
  const isWanted = (name: ScheduleName): boolean => {
    const { needs }: SchedulePlan = schedulePlans[name];
    return needs === undefined || configured[needs];
  };
  const within = (signal: AbortSignal, work: () => Promise<void>): Promise<void> =>
    client.withAbortSignal(signal, () => client.withDeadline(Date.now() + patienceMs, work));
  const forEach = async (
    work: (name: ScheduleName) => Promise<void>,
    signal?: AbortSignal,
  ): Promise<void> => {
    // The client library listens to a signal at each call for as long as the signal lives.
    const ending = new AbortController();
    setMaxListeners(0, ending.signal);
    const end = (): void => ending.abort();
    signal?.addEventListener('abort', end);
    try {
      for (const name of names) await within(ending.signal, () => work(name));
    } catch (error) {
      throw temporalFault(error);
    } finally {
      signal?.removeEventListener('abort', end);
    }
  };
  return {
    bringUpToDate: (signal) =>
      forEach(
        (name) => (isWanted(name) ? bringUpToDate(place, name) : remove(place, name)),
        signal,
      ),
    createMissing: (signal) =>
      forEach(async (name) => {
        if (isWanted(name)) await create(place, name);
      }, signal),
    removeAll: () => forEach((name) => remove(place, name)),
  };
};
