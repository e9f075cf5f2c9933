import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../runtime/logger.js';
import { type Alarm, createShadowMetrics, type Metrics } from '../runtime/metrics.js';
import { atPresent } from '../services/context.js';
import { runDueShadows, shadowBacklog, type ShadowBatch } from '../services/shadow/run.js';

/** Some twenty milliseconds of work: an answer never waits behind more than one order's. */
const batchSize = 10;

/** When nothing is due. */
const idleMs = 500;

/** Fine enough for a backlog that grows over minutes. */
const measureEveryMs = 10_000;

export type ShadowRunDeps = Parameters<typeof runDueShadows>[0];

interface Parts {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly alarm: Alarm;
  readonly signal: AbortSignal;
}

const report = (
  { evaluated, errored, postponed, failed }: ShadowBatch,
  counted: ReturnType<typeof createShadowMetrics>,
  alarm: Alarm,
): void => {
  counted.evaluations.inc({ result: 'evaluated' }, evaluated - errored);
  counted.evaluations.inc({ result: 'errored' }, errored);
  counted.evaluations.inc({ result: 'postponed' }, postponed);
  counted.evaluations.inc({ result: 'failed' }, failed.length);
  for (const fields of failed) alarm('shadow_failed', fields);
};

/** Works at most half of the time, so that answers have the other half however much is due. */
const restMs = (found: number, workedMs: number): number => (found === 0 ? idleMs : workedMs);

/**
 * Evaluates answered orders by shadow rules and challengers until `signal` aborts. A batch that
 * failed is tried again; an order that cannot be evaluated is alarmed once.
 */
export const runShadow = async (deps: ShadowRunDeps, parts: Parts): Promise<void> => {
  const { logger, metrics, alarm, signal } = parts;
  const counted = createShadowMetrics(metrics.registry);
  let measuredAtMs = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    const startedAtMs = performance.now();
    let found = 0;
    try {
      const batch = await runDueShadows(deps, batchSize);
      found = batch.evaluated + batch.postponed + batch.failed.length;
      report(batch, counted, alarm);
      if (startedAtMs - measuredAtMs >= measureEveryMs) {
        const { pending, oldestSeconds } = await shadowBacklog(atPresent(deps));
        counted.pending.set(pending);
        counted.oldestSeconds.set(oldestSeconds);
        measuredAtMs = startedAtMs;
      }
    } catch (error) {
      logger.warn({ err: error }, 'shadow rules could not be evaluated');
    }
    const workedMs = performance.now() - startedAtMs;
    await pause(restMs(found, workedMs), undefined, { signal }).catch(() => undefined);
  }
};
