import { type Client, ScheduleOverlapPolicy } from '@temporalio/client';
import { createSchedules, scheduleIdOf, type ScheduleName } from '../../temporal/schedules.js';
import { until } from './until.js';

/** Triggers a schedule of a stack and waits for the end of the run. */
export const triggerSchedule = async (
  client: Client,
  taskQueue: string,
  name: ScheduleName,
): Promise<void> => {
  const handle = client.schedule.getHandle(scheduleIdOf(taskQueue, name));
  const taken = async () => (await handle.describe()).info.numActionsTaken;
  const before = await until(`the schedule ${name} is there`, taken);
  await handle.trigger(ScheduleOverlapPolicy.BUFFER_ONE);
  await until(`${name} has run`, async () => {
    const { info } = await handle.describe();
    return info.numActionsTaken > before && info.runningActions.length === 0;
  });
};

/** Removes a stack's schedules: they would otherwise keep running in the shared Temporal server. */
export const removeSchedules = (client: Client, taskQueue: string): Promise<void> =>
  createSchedules(client, taskQueue, { sardine: false, sparkfly: false }).removeAll();
