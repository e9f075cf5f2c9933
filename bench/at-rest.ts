import { setTimeout as pause } from 'node:timers/promises';
import type { BenchContext } from './context.js';
import { memoryByPart, type PartMemory } from './memory.js';
import { createProcessorClock, type PartTimes, perUnit, totalOf } from './processor-time.js';

/** How long to wait before, and how long to watch. */
export interface RestPlan {
  readonly settleSeconds: number;
  readonly seconds: number;
}

/** What an installation takes while no order comes. */
export interface AtRest {
  readonly processorMsAMinute: PartTimes;
  /** Processor time of all parts as a share of one core. */
  readonly coreShare: number;
  readonly memory: {
    readonly byPart: readonly PartMemory[];
    readonly rssMb: number;
    readonly pssMb: number;
  };
}

const msAMinute = 60_000;

/** Watches a process and its descendants. */
export const measureAtRest = async (
  rootPid: number,
  { settleSeconds, seconds }: RestPlan,
  { signal, say }: BenchContext,
): Promise<AtRest> => {
  say(`at rest: ${settleSeconds} s to settle, ${seconds} s watched`);
  await pause(settleSeconds * 1000, undefined, { signal });
  const startMs = performance.now();
  const since = createProcessorClock([rootPid]);
  await pause(seconds * 1000, undefined, { signal });
  const used = since();
  const processorMsAMinute = perUnit(used, (performance.now() - startMs) / msAMinute);
  const byPart = memoryByPart(rootPid);
  const sum = (field: 'rssMb' | 'pssMb') =>
    Math.round(byPart.reduce((total, part) => total + part[field], 0) * 10) / 10;
  return {
    processorMsAMinute,
    coreShare: Math.round((totalOf(processorMsAMinute) / msAMinute) * 1000) / 1000,
    memory: { byPart, rssMb: sum('rssMb'), pssMb: sum('pssMb') },
  };
};
