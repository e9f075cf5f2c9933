import { type AnswerTime, answerTime, fullPlan, quickPlan } from './answer-time.js';
import type { BenchContext } from './context.js';
import { type Outage, outage } from './outage/outage.js';
import * as outagePlans from './outage/plan.js';

/** In the order in which a whole run takes them. */
export const benchmarkNames = ['answer-time', 'outage'] as const;
export type BenchmarkName = (typeof benchmarkNames)[number];

/** The figures of one benchmark. */
export type Measured =
  | { readonly name: 'answer-time'; readonly result: AnswerTime }
  | { readonly name: 'outage'; readonly result: Outage };

/** Runs one benchmark; a quick one proves only that it runs. Throws as the benchmark does. */
export const runBenchmark = async (
  name: BenchmarkName,
  isQuick: boolean,
  context: BenchContext,
): Promise<Measured> => {
  switch (name) {
    case 'answer-time':
      return { name, result: await answerTime(isQuick ? quickPlan : fullPlan, context) };
    case 'outage': {
      const plan = isQuick ? outagePlans.quickPlan : outagePlans.fullPlan;
      return { name, result: await outage(plan, context) };
    }
    default:
      return name satisfies never;
  }
};
