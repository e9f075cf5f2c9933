import { delayMaxMs, type Fault, faultAt, type FaultPlan, type Latency } from './faults.js';

/** The 99th percentile of the standard normal distribution. */
const z99 = 2.326_347_87;

/** Mulberry32: repeatable numbers in [0, 1), good enough for simulated faults and nothing else. */
const createRandom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const drawDelayMs = (latency: Latency, random: () => number): number => {
  if (typeof latency === 'number') return latency;
  const { p50Ms, p99Ms } = latency;
  // Box-Muller; 1 - u keeps the logarithm away from zero.
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  const normal = radius * Math.cos(2 * Math.PI * random());
  return Math.min(delayMaxMs, p50Ms * (p99Ms / p50Ms) ** (normal / z99));
};

/** The delay and the fault, if any, of one call. */
export interface Weather {
  readonly delayMs: number;
  readonly fault: Fault | undefined;
}

const calm: Weather = { delayMs: 0, fault: undefined };

/** Whether a fault does more than delay. */
const fails = ({ latencyMs: _latency, actsFirst: _modifier, ...rest }: Fault): boolean =>
  Object.values(rest).some((value) => value !== undefined);

/** Draws the delay and fault of each call under one plan. Setting a plan starts a new sequence. */
export const createDice = (plan: FaultPlan): ((path: string) => Weather) => {
  const random = createRandom(plan.seed ?? 1);
  let index = 0;
  return (path) => {
    if (plan.path !== undefined && !path.includes(plan.path)) return calm;
    const fault = faultAt(plan, index);
    index += 1;
    if (fault === undefined) return calm;
    const isStruck = fails(fault) && random() < (fault.errorRate ?? 1);
    const delayMs = drawDelayMs(fault.latencyMs ?? 0, random);
    return { delayMs, fault: isStruck ? fault : undefined };
  };
};
