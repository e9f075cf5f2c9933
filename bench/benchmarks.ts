import { type AnswerTime, answerTime } from './answer-time/answer-time.js';
import * as answerTimePlans from './answer-time/plan.js';
import { backtest, type BacktestBench } from './backtest/backtest.js';
import * as backtestPlans from './backtest/plan.js';
import type { BenchContext } from './context.js';
import { desk, type DeskResult } from './desk/desk.js';
import * as deskPlans from './desk/plan.js';
import { history, type HistoryResult } from './history/history.js';
import * as historyPlans from './history/plan.js';
import { type Outage, outage } from './outage/outage.js';
import * as outagePlans from './outage/plan.js';
import { type Overload, overload } from './overload/overload.js';
import * as overloadPlans from './overload/plan.js';
import * as populations from './population/population.js';
import * as rulesPlans from './rules/plan.js';
import { rules, type RulesResult } from './rules/rules.js';
import * as soakPlans from './soak/plan.js';
import { soak, type SoakResult } from './soak/soak.js';
import * as startPlans from './start/plan.js';
import { type Start, start } from './start/start.js';
import * as stopsPlans from './stops/plan.js';
import { type Stops, stops } from './stops/stops.js';

/** In the order of a whole run. */
export const benchmarkNames = [
  'answer-time',
  'start',
  'outage',
  'overload',
  'stops',
  'desk',
  'history',
  'population',
  'backtest',
  'rules',
  'soak',
] as const;
export type BenchmarkName = (typeof benchmarkNames)[number];

/** The figures of one benchmark. */
export type Measured =
  | { readonly name: 'answer-time'; readonly result: AnswerTime }
  | { readonly name: 'start'; readonly result: Start }
  | { readonly name: 'outage'; readonly result: Outage }
  | { readonly name: 'overload'; readonly result: Overload }
  | { readonly name: 'stops'; readonly result: Stops }
  | { readonly name: 'desk'; readonly result: DeskResult }
  | { readonly name: 'backtest'; readonly result: BacktestBench }
  | { readonly name: 'history'; readonly result: HistoryResult }
  | { readonly name: 'soak'; readonly result: SoakResult }
  | { readonly name: 'rules'; readonly result: RulesResult }
  | { readonly name: 'population'; readonly result: populations.PopulationResult };

/** Runs one benchmark; a quick one only proves that it runs. Throws as the benchmark does. */
export const runBenchmark = async (
  name: BenchmarkName,
  isQuick: boolean,
  context: BenchContext,
): Promise<Measured> => {
  switch (name) {
    case 'answer-time': {
      const plan = isQuick ? answerTimePlans.quickPlan : answerTimePlans.fullPlan;
      return { name, result: await answerTime(plan, context) };
    }
    case 'start': {
      const plan = isQuick ? startPlans.quickPlan : startPlans.fullPlan;
      return { name, result: await start(plan, context) };
    }
    case 'outage': {
      const plan = isQuick ? outagePlans.quickPlan : outagePlans.fullPlan;
      return { name, result: await outage(plan, context) };
    }
    case 'overload': {
      const plan = isQuick ? overloadPlans.quickPlan : overloadPlans.fullPlan;
      return { name, result: await overload(plan, context) };
    }
    case 'stops': {
      const plan = isQuick ? stopsPlans.quickPlan : stopsPlans.fullPlan;
      return { name, result: await stops(plan, context) };
    }
    case 'desk': {
      const plan = isQuick ? deskPlans.quickPlan : deskPlans.fullPlan;
      return { name, result: await desk(plan, context) };
    }
    case 'history': {
      const plan = isQuick ? historyPlans.quickPlan : historyPlans.fullPlan;
      return { name, result: await history(plan, context) };
    }
    case 'population': {
      const { seed, volume = 1 } = context.population ?? {};
      const plan = isQuick ? populations.quickPlan : populations.fullPlan;
      const wanted = { seed: seed ?? plan.seed, size: plan.size * volume };
      return { name, result: populations.population(wanted, context) };
    }
    case 'backtest': {
      const plan = isQuick ? backtestPlans.quickPlan : backtestPlans.fullPlan;
      return { name, result: await backtest(plan, context) };
    }
    case 'rules': {
      const plan = isQuick ? rulesPlans.quickPlan : rulesPlans.fullPlan;
      return { name, result: rules(plan, context) };
    }
    case 'soak': {
      const plan = isQuick ? soakPlans.quickPlan : soakPlans.fullPlan;
      return { name, result: await soak({ ...plan, ...context.soak }, context) };
    }
    default:
      return name satisfies never;
  }
};
