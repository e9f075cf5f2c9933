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
  guardFlagsType,
  keepSparkflyPolledType,
  noteDayTotalsType,
  noteDriftType,
  tellChargebacksType,
} from '../workflows/upkeep/messages.js';
import { temporalFault } from './temporal-fault.js';

/** A job that runs on a Temporal Schedule. */
interface SchedulePlan {
  readonly workflowType: string;
  readonly everyMs: number;
  /** Offset of the run from each full multiple of `everyMs` since 1970. */
  readonly offsetMs: number;
  /** Temporal makes up for a missed run if it is no older than this. */
  readonly catchupWindowMs: number;
  /** The note that operators see beside it. */
  readonly note: string;
  /** The partner that must be configured; without it the schedule is deleted. */
  readonly needs?: 'sardine' | 'sparkfly';
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** The schedules of an installation, by the prefix of their ids. */
export const schedulePlans = {
  'note-day-totals': {
    workflowType: noteDayTotalsType,
    // Most runs find the day already noted. A minute past the hour, in case a clock is behind.
    everyMs: hourMs,
    offsetMs: minuteMs,
    // A machine that was off overnight catches up at once.
    catchupWindowMs: dayMs,
    note: 'Stores the size of a large order per banner as of yesterday; rules read it.',
  },
  'note-drift': {
    workflowType: noteDriftType,
    // A sign shows within the hour. Not at the full hour, when other jobs run.
    everyMs: hourMs,
    offsetMs: 37 * minuteMs,
    // The next run counts what this one would have.
    catchupWindowMs: hourMs,
    note: "Counts what each day's decisions were like, and raises an alarm for what has changed.",
  },
  'guard-flags': {
    workflowType: guardFlagsType,
    // A rule set that flags everybody is noticed within a minute of its fiftieth order.
    everyMs: minuteMs,
    offsetMs: 15_000,
    // The next run sees what this one would have.
    catchupWindowMs: minuteMs,
    note: 'Guards a new rule set: an alarm, or the version before, when it flags far too many.',
  },
  'delete-old-rows': {
    workflowType: deleteOldRowsType,
    everyMs: hourMs,
    offsetMs: 17 * minuteMs,
    catchupWindowMs: dayMs,
    note: 'Deletes evidence, pushes, activities, alerts and events after their retention.',
  },
  'tell-chargebacks': {
    workflowType: tellChargebacksType,
    // The next run comes so soon that older ones need no catch-up.
    everyMs: minuteMs,
    offsetMs: 0,
    catchupWindowMs: minuteMs,
    note: 'Sends Sardine the chargebacks of orders that it has scored.',
    needs: 'sardine',
  },
  'keep-sparkfly-polled': {
    workflowType: keepSparkflyPolledType,
    everyMs: minuteMs,
    offsetMs: 30_000,
    catchupWindowMs: minuteMs,
    note: 'Restarts the polling of Sparkfly after somebody has ended it.',
    needs: 'sparkfly',
  },
} as const satisfies Readonly<Record<string, SchedulePlan>>;

export type ScheduleName = keyof typeof schedulePlans;

const names = Object.keys(schedulePlans) as ScheduleName[];

/** Each task queue in a namespace has its own schedules. The ids of their runs begin with this. */
export const scheduleIdOf = (taskQueue: string, name: ScheduleName): string =>
  `${name}:${taskQueue}`;

/** Temporal omits a zero offset; the client library's type does not say so. */
const offsetOf = ({ offset }: { readonly offset?: number }): number => offset ?? 0;

/**
 * The part of a schedule that a release defines. Whether it is paused, and its note, belong to the
 * operators.
 */
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
 * The timeout for each schedule, so that an unresponsive Temporal is noticed. Long, because
 * Temporal can describe a new schedule only after some time.
 */
const usualPatienceMs = 20_000;

/** Retries when another worker or an operator changes a schedule at the same moment. */
const triesMax = 5;

/** Without arguments or texts that would be encrypted: a schedule outlives the keys. */
const actionOf = ({ workflowType }: SchedulePlan, scheduleId: string, taskQueue: string) =>
  ({ type: 'startWorkflow', workflowId: scheduleId, workflowType, taskQueue }) as const;

interface Place {
  readonly client: Client;
  readonly taskQueue: string;
}

/**
 * Creates a schedule that runs at once; false when it exists, and then changes nothing. Unlike a
 * describe call, this works as soon as a namespace exists.
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
 * Sets a schedule's times, workflow and policies to this release's, and keeps its state. Temporal
 * silently drops the update if the schedule has changed since it was described, so that a pause of
 * that moment survives. The client library has no call for this.
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
   * Creates missing schedules, updates existing ones to this release, and deletes those without a
   * configured partner. Several workers may do this at once; a paused schedule stays paused.
   */
  readonly bringUpToDate: (signal?: AbortSignal) => Promise<void>;
  /** Creates missing schedules and changes nothing else. */
  readonly createMissing: (signal?: AbortSignal) => Promise<void>;
  /** Deletes all schedules. Runs in progress continue. */
  readonly removeAll: () => Promise<void>;
}

/** `configured` says whether Sardine and Sparkfly are configured. */
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
    // The client library adds a listener at each call and keeps it for the signal's lifetime.
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
