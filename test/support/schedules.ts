import { type Client, ScheduleOverlapPolicy } from '@temporalio/client';
import { createSchedules, scheduleIdOf, type ScheduleName } from '../../temporal/schedules.js';
import { until } from './until.js';

/**
 * Triggers a schedule of a stack and waits for the end of the run. A new schedule runs once by
 * itself: that run must be over, or it would pass for the triggered one.
 */
export const triggerSchedule = async (
  client: Client,
  taskQueue: string,
  name: ScheduleName,
): Promise<void> => {
  const handle = client.schedule.getHandle(scheduleIdOf(taskQueue, name));
  const runs = async (): Promise<number> => {
    const { info } = await handle.describe();
    return info.runningActions.length === 0 ? info.numActionsTaken : 0;
  };
  const before = await until(`${name} has run once`, async () => (await runs()) || undefined);
  await handle.trigger(ScheduleOverlapPolicy.BUFFER_ONE);
  await until(`${name} has run`, async () => (await runs()) > before);
};

/**
 * Pauses a schedule once it is there, and waits until it is paused: Temporal accepts a pause before
 * a description shows it. A paused schedule still runs when it is triggered.
 */
export const pauseSchedule = async (
  client: Client,
  taskQueue: string,
  name: ScheduleName,
  note: string,
): Promise<void> => {
  const handle = client.schedule.getHandle(scheduleIdOf(taskQueue, name));
  await until(`${name} is described`, () => handle.describe());
  await handle.pause(note);
  await until(`${name} is paused`, async () => (await handle.describe()).state.note === note);
};

/** Removes a stack's schedules: they would otherwise keep running in the shared Temporal server. */
export const removeSchedules = (client: Client, taskQueue: string): Promise<void> =>
  createSchedules(client, taskQueue, { sardine: false, sparkfly: false }).removeAll();
