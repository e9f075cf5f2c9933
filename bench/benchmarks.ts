import { type AnswerTime, answerTime } from './answer-time/answer-time.js';
import * as answerTimePlans from './answer-time/plan.js';
import { backtest, type BacktestBench } from './backtest/backtest.js';
import * as backtestPlans from './backtest/plan.js';
import type { BenchContext } from './context.js';
import { desk, type DeskResult } from './desk/desk.js';
import * as deskPlans from './desk/plan.js';
import * as fits from './fit/fit.js';
import { history, type HistoryResult } from './history/history.js';
import * as historyPlans from './history/plan.js';
import { type ImportResult, importOrders } from './import/import.js';
import * as importPlans from './import/plan.js';
import { type Outage, outage } from './outage/outage.js';
import * as outagePlans from './outage/plan.js';
import { type Overload, overload } from './overload/overload.js';
import * as overloadPlans from './overload/plan.js';
import { generateCareful } from './population/careful/generate.js';
import type { Generate } from './population/evaluate.js';
import { generatePopulation } from './population/generate.js';
import * as populations from './population/population.js';
import * as recoveryPlans from './recovery/plan.js';
import { type Recovery, recovery } from './recovery/recovery.js';
import * as rulesPlans from './rules/plan.js';
import { rules, type RulesResult } from './rules/rules.js';
import * as soakPlans from './soak/plan.js';
import { generateSecondPopulation } from './second-population/generate.js';
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
  'recovery',
  'desk',
  'history',
  'import',
  'population',
  'careful-population',
  'second-population',
  'fit',
  'fit-second-population',
  'backtest',
  'rules',
  'soak',
] as const;
export type BenchmarkName = (typeof benchmarkNames)[number];

/** The figures of each benchmark. */
interface Results {
  readonly 'answer-time': AnswerTime;
  readonly start: Start;
  readonly outage: Outage;
  readonly overload: Overload;
  readonly stops: Stops;
  readonly recovery: Recovery;
  readonly desk: DeskResult;
  readonly history: HistoryResult;
  readonly import: ImportResult;
  readonly population: populations.PopulationResult;
  readonly 'careful-population': populations.PopulationResult;
  readonly 'second-population': populations.PopulationResult;
  readonly fit: fits.FitResult;
  readonly 'fit-second-population': fits.FitResult;
  readonly backtest: BacktestBench;
  readonly rules: RulesResult;
  readonly soak: SoakResult;
}

/** The figures of one benchmark. */
export type Measured = {
  readonly [N in BenchmarkName]: { readonly name: N; readonly result: Results[N] };
}[BenchmarkName];

type Run<R> = (isQuick: boolean, context: BenchContext) => R | Promise<R>;

interface Plans<P> {
  readonly fullPlan: P;
  readonly quickPlan: P;
}

const planned =
  <P, R>(
    { fullPlan, quickPlan }: Plans<P>,
    run: (plan: P, context: BenchContext) => R | Promise<R>,
  ): Run<R> =>
  (isQuick, context) =>
    run(isQuick ? quickPlan : fullPlan, context);

const populationPlans = { fullPlan: populations.fullPlan, quickPlan: populations.quickPlan };
const fitPlans = { fullPlan: fits.fullPlan, quickPlan: fits.quickPlan };

const scored = (generate: Generate): Run<populations.PopulationResult> =>
  planned(populationPlans, (plan, context) => {
    const { seed = plan.seed, volume = 1 } = context.population ?? {};
    return populations.population({ seed, size: plan.size * volume }, context, generate);
  });

const runs: { readonly [N in BenchmarkName]: Run<Results[N]> } = {
  'answer-time': planned(answerTimePlans, answerTime),
  start: planned(startPlans, start),
  outage: planned(outagePlans, outage),
  overload: planned(overloadPlans, overload),
  stops: planned(stopsPlans, stops),
  recovery: planned(recoveryPlans, recovery),
  desk: planned(deskPlans, desk),
  history: planned(historyPlans, history),
  import: planned(importPlans, (plan, context) =>
    importOrders({ ...plan, ...context.import }, context),
  ),
  population: scored(generatePopulation),
  'careful-population': scored(generateCareful),
  'second-population': scored(generateSecondPopulation),
  fit: planned(fitPlans, (plan, context) => fits.fit(plan, context)),
  'fit-second-population': planned(fitPlans, (plan, context) =>
    fits.fit(plan, context, fits.secondSource),
  ),
  backtest: planned(backtestPlans, backtest),
  rules: planned(rulesPlans, rules),
  soak: planned(soakPlans, (plan, context) => soak({ ...plan, ...context.soak }, context)),
};

/** Runs one benchmark; a quick one only proves that it runs. Throws as the benchmark does. */
export const runBenchmark = async (
  name: BenchmarkName,
  isQuick: boolean,
  context: BenchContext,
): Promise<Measured> =>
  // Each result belongs to its name; the compiler cannot follow that through a union.
  ({ name, result: await runs[name](isQuick, context) }) as Measured;
