import { Counter } from 'prom-client';
import type { Alarm, Metrics } from './metrics.js';

/** Neither garbage collection nor a large order stalls a process this long. */
const alarmFromMs = 2_000;

/** Repeated stalls raise the alarm once a minute. */
const alarmEveryMs = 60_000;

/**
 * Reports times in which this process did not run, with a metric and, for long stalls, an alarm.
 * `onStall` registers a listener for the milliseconds of each stall, called after it.
 */
export const watchStalls = (
  onStall: (listener: (lateMs: number) => void) => void,
  { metrics, alarm }: { readonly metrics: Metrics; readonly alarm: Alarm },
): void => {
  const stalled = new Counter({
    name: 'verdict_process_stalled_seconds_total',
    help: 'Seconds in which the event loop of this process did not run.',
    registers: [metrics.registry],
  });
  let alarmedAtMs = Number.NEGATIVE_INFINITY;
  onStall((lateMs) => {
    stalled.inc(lateMs / 1_000);
    if (lateMs < alarmFromMs || performance.now() - alarmedAtMs < alarmEveryMs) return;
    alarmedAtMs = performance.now();
    alarm('process_stalled', { milliseconds: Math.round(lateMs) });
  });
};
