import type { AnswerTime } from './answer-time/answer-time.js';
import { goalPerSecond } from './answer-time/plan.js';
import type { RateResult } from './answer-time/rates.js';
import type { AtRest } from './at-rest.js';
import type { BrowserTimes } from './desk/browser.js';
import type { DeskResult } from './desk/desk.js';
import type { HistoryResult } from './history/history.js';
import type { ImportResult } from './import/import.js';
import { fullPlan as fullImport } from './import/plan.js';
import { totalOf } from './processor-time.js';
import { type JudgedSeries, judgedSeriesOf } from './soak/judged-series.js';
import type { SoakResult } from './soak/soak.js';
import type { FirstOrders, Start } from './start/start.js';

/** A goal beside its figure from one run. */
export interface Goal {
  readonly what: string;
  readonly goal: string;
  readonly figure: string;
  /** `unclear` when the run was too short to say. */
  readonly verdict: 'met' | 'missed' | 'unclear';
}

const verdictOf = (isMet: boolean): Goal['verdict'] => (isMet ? 'met' : 'missed');

const figures = {
  p50AboveFloorMs: 15,
  p95AboveFloorMs: 25,
  shareOfFloor: 0.45,
  duplicateP95Ms: 5,
  processorTimesFloor: 2.4,
  events: 19,
  statements: 12,
  firstTimesWarm: 2,
  firstMaxMs: 500,
  startMs: 6000,
  restPssMb: 600,
  restCoreShare: 0.03,
  scoreP99TimesEmpty: 1.5,
  importMinutes: 20,
  queueP95Ms: 50,
  caseP95Ms: 100,
  paintedP95Ms: 200,
  toldP95Ms: 1000,
  restartSeconds: 30,
  lookMaxMs: 2000,
} as const;

/** The slowest answer that one of the first orders may get. */
export const firstMaxMs = figures.firstMaxMs;
export const firstTimesWarm = figures.firstTimesWarm;

const atMost = (what: string, value: number, limit: number, unit: string, digits = 1): Goal => ({
  ...{ what, goal: `at most ${limit} ${unit}`.trimEnd() },
  figure: `${value.toFixed(digits)} ${unit}`.trimEnd(),
  verdict: verdictOf(value <= limit),
});

/** The rate to which the goals apply. Throws `RangeError` when the run had no such rate. */
export const goalRate = ({ rates }: AnswerTime): RateResult => {
  const rate = rates.find(({ perSecond }) => perSecond === goalPerSecond);
  if (rate === undefined) throw new RangeError(`the run had no rate of ${goalPerSecond} a second`);
  return rate;
};

const restGoals = (when: string, { memory, coreShare }: AtRest): Goal[] => [
  atMost(`memory at rest, ${when}`, memory.pssMb, figures.restPssMb, 'MB PSS', 0),
  atMost(
    `processor time at rest, ${when}`,
    coreShare * 100,
    figures.restCoreShare * 100,
    '% of a core',
  ),
];

const aboveFloor = ({ floor, verdict }: RateResult, field: 'p50Ms' | 'p95Ms'): number =>
  (verdict?.[field] ?? Number.POSITIVE_INFINITY) - floor[field];

/** Goals of the answer path, as ratios to the floor where the machine matters. */
export const answerTimeGoals = (result: AnswerTime): Goal[] => {
  const rate = goalRate(result);
  const { saturation, duplicates, order, plan } = result;
  const { floor, verdict } = rate.processorMs;
  const at = `at ${goalPerSecond} orders a second`;
  return [
    atMost(`p50 ${at}`, aboveFloor(rate, 'p50Ms'), figures.p50AboveFloorMs, 'ms above the floor'),
    atMost(`p95 ${at}`, aboveFloor(rate, 'p95Ms'), figures.p95AboveFloorMs, 'ms above the floor'),
    {
      what: `orders a second, ${plan.callers} callers`,
      goal: `at least ${figures.shareOfFloor} of the floor`,
      figure: `${saturation.ratio.toFixed(2)} of the floor`,
      verdict: verdictOf(saturation.ratio >= figures.shareOfFloor),
    },
    atMost('p95 of a repeated order', duplicates.p95Ms, figures.duplicateP95Ms, 'ms'),
    atMost(
      `processor time an order ${at}`,
      totalOf(verdict) / totalOf(floor),
      figures.processorTimesFloor,
      "times the floor's",
    ),
    atMost('history events of an accepted order', order.events, figures.events, '', 0),
    atMost('statements of an accepted order', order.statements, figures.statements, ''),
    ...restGoals('after load', result.atRest),
  ];
};

const firstGoals = (when: string, first: FirstOrders, { warm }: Start): Goal[] => {
  const { answered, refused, latenciesMs } = first;
  const of = `first ${latenciesMs.length} orders after ${when}`;
  const never = Number.POSITIVE_INFINITY;
  return [
    atMost(
      `p95 of the ${of}`,
      (answered?.p95Ms ?? never) / warm.p95Ms,
      figures.firstTimesWarm,
      'times the warm p95',
    ),
    atMost(`slowest of the ${of}`, answered?.maxMs ?? never, figures.firstMaxMs, 'ms', 0),
    {
      ...{ what: `503 among the ${of}`, goal: 'none', figure: `${refused}` },
      verdict: verdictOf(refused === 0),
    },
  ];
};

/** Goals of a start and a worker's restart. */
export const startGoals = (result: Start): Goal[] => [
  atMost('start in a used folder', result.startedAgainInMs / 1000, figures.startMs / 1000, 's'),
  ...firstGoals('a start', result.afterStart, result),
  ...firstGoals("a worker's restart", result.afterWorkerRestart, result),
  ...restGoals('fresh', result.atRest),
];

/** The goal of growth, over the largest number of stored orders. */
export const historyGoals = ({ sizes }: HistoryResult): Goal[] =>
  sizes
    .slice(-1)
    .map(({ stored, p99Ratio }) =>
      atMost(
        `p99 of scoring over ${stored / 1e6} million stored orders`,
        p99Ratio,
        figures.scoreP99TimesEmpty,
        'times that over none',
        2,
      ),
    );

/** The goal of an import; it holds for a million orders, and fewer say nothing about it. */
export const importGoals = ({ lines, seconds }: ImportResult): Goal[] =>
  lines < fullImport.orders
    ? []
    : [
        atMost(
          `import of ${lines.toLocaleString('en')} orders`,
          seconds.whole / 60,
          figures.importMinutes,
          'minutes',
        ),
      ];

const paintGoals = (when: string, presses: BrowserTimes): Goal[] => [
  atMost(
    `p95 from a decision's key to the next case, ${when}`,
    presses.decided.painted.p95Ms,
    figures.paintedP95Ms,
    'ms',
    0,
  ),
  atMost(
    `p95 from J to the next case, ${when}`,
    presses.neighbour.painted.p95Ms,
    figures.paintedP95Ms,
    'ms',
    0,
  ),
];

/** Of the pages whose names match, the one with the highest p95. */
const slowestGoal = (pages: DeskResult['pages'], named: RegExp, limit: number): Goal[] =>
  pages
    .filter(({ name }) => named.test(name))
    .toSorted((one, other) => other.times.p95Ms - one.times.p95Ms)
    .slice(0, 1)
    .map(({ name, times }) => atMost(`p95 of ${name}`, times.p95Ms, limit, 'ms'));

const trendVerdicts = { flat: 'met', grows: 'missed', unclear: 'unclear' } as const;

const trendGoal = ({ name, unit, trend, allowed }: JudgedSeries): Goal => {
  const { growth, leastGrowth, mostGrowth, verdict } = trend;
  const [least, most] = [leastGrowth, mostGrowth].map((value) => value.toFixed(1));
  const inUnit = (value: number) => `${value.toFixed(1)} ${unit}`.trimEnd();
  return {
    what: `growth of ${name}`,
    goal: `at most ${inUnit(allowed)}`,
    figure: `${inUnit(growth)} (${least} to ${most}): ${verdict}`,
    verdict: trendVerdicts[verdict],
  };
};

const restartGoal = (seconds: number | null, index: number): Goal =>
  atMost(
    `first decision after kill ${index + 1} of the worker`,
    seconds ?? Number.POSITIVE_INFINITY,
    figures.restartSeconds,
    's',
  );

/** Goals of the soak. */
export const soakGoals = (result: SoakResult): Goal[] => [
  atMost('p95 of an order', result.answered.p95Ms, figures.toldP95Ms, 'ms', 0),
  atMost('p95 from a verdict to OMS', result.verdicts.told.p95Ms, figures.toldP95Ms, 'ms', 0),
  ...result.firstAnswers.map(restartGoal),
  ...result.looks.map(({ name, times }) =>
    atMost(`slowest: ${name}`, times.maxMs, figures.lookMaxMs, 'ms', 0),
  ),
  ...judgedSeriesOf(result.samples).map(trendGoal),
];

/** Goals of the reviewers' desk; those of key presses only where a browser was. */
export const deskGoals = ({ plan, pages, presses, decisions }: DeskResult): Goal[] => [
  ...slowestGoal(pages, /^queue by priority$/, figures.queueP95Ms),
  ...slowestGoal(pages, /^queue, /, figures.queueP95Ms),
  ...slowestGoal(pages, /^case/, figures.caseP95Ms),
  ...(presses === null
    ? []
    : [
        ...paintGoals('alone', presses.alone),
        ...paintGoals(`beside ${plan.streamPerSecond} orders a second`, presses.beside),
      ]),
  ...decisions.map(({ undoWindow, told }) =>
    atMost(
      undoWindow === '0s'
        ? "p95 from a decision's click to OMS, without undo"
        : 'p95 from the end of the undo window to OMS',
      told.p95Ms,
      figures.toldP95Ms,
      'ms',
      0,
    ),
  ),
];
