import { Counter } from 'prom-client';
import type { Alarm, Metrics } from './metrics.js';

/** A stall of this length is no garbage collection and no large order. */
const alarmFromMs = 2_000;

/** A process that stalls again and again says so once a minute. */
const alarmEveryMs = 60_000;

/**
 * Tells operators of the time in which this process did not run, by a metric and, for long stalls,
 * an alarm. `onStall` has a listener told the milliseconds of each stall, once it is over.
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
