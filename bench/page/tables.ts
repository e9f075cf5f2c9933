import {
  answerTimeGoals,
  deskGoals,
  goalRate,
  historyGoals,
  importGoals,
  startGoals,
} from '../goals.js';
import type { BrowserTimes } from '../desk/browser.js';
import { partTitle } from '../processes.js';
import { type PartTimes, totalOf } from '../processor-time.js';
import { importTable } from './import-table.js';
import type { Latest } from './latest.js';
import { soakTables } from './soak-tables.js';
import { goalTable, percentileCells, table } from './table.js';

const goals = (latest: Latest): string =>
  goalTable([
    ...answerTimeGoals(latest('answer-time').result),
    ...startGoals(latest('start').result),
    ...historyGoals(latest('history').result),
    ...importGoals(latest('import').result),
    ...deskGoals(latest('desk').result),
  ]);

const runs = (latest: Latest): string =>
  table([
    ['benchmark', 'taken', 'machine', 'load before', 'raw figures'],
    ...(['answer-time', 'start', 'overload', 'history', 'import', 'desk', 'soak'] as const).map(
      (name) => {
        const { takenAt, machine, file } = latest(name);
        const { cpus, memoryGb, node, platform, loadBefore } = machine;
        return [
          ...[
            name,
            takenAt.slice(0, 10),
            `${platform}, ${cpus} CPUs, ${memoryGb} GB, Node ${node}`,
          ],
          ...[loadBefore, `\`bench/results/${file}\``],
        ];
      },
    ),
  ]);

const rates = (latest: Latest): string => {
  const { result } = latest('answer-time');
  const { saturation, plan, duplicates } = result;
  const sorted = result.rates.toSorted((one, other) => one.perSecond - other.perSecond);
  return [
    table([
      ['orders a second', 'ms', 'p50', 'p95', 'p99', 'max', 'answered', '503'],
      ...sorted.flatMap(({ perSecond, floor, verdict, refused }) => [
        [perSecond, 'bare workflow', ...percentileCells(floor), floor.samples, ''],
        ['', '`POST /transaction`', ...percentileCells(verdict), verdict?.samples ?? 0, refused],
      ]),
      [
        ...[plan.duplicates.perSecond, 'an order posted again', ...percentileCells(duplicates)],
        ...[duplicates.samples, ''],
      ],
    ]),
    '',
    table([
      [`${plan.callers} callers`, 'answered a second', 'share of the floor'],
      ['bare workflow', saturation.perSecond.floor, ''],
      ['`POST /transaction`', saturation.perSecond.verdict, saturation.ratio],
    ]),
  ].join('\n');
};

const partsOf = (...readings: readonly PartTimes[]): string[] =>
  [...new Set(readings.flatMap((times) => Object.keys(times)))].filter((part) =>
    readings.some((times) => (times[part] ?? 0) >= 0.05),
  );

const order = (latest: Latest): string => {
  const { result } = latest('answer-time');
  const { saturation, plan, order: steps } = result;
  const { processorMs, perSecond } = goalRate(result);
  const columns = [
    ...[processorMs.verdict, processorMs.floor],
    ...[saturation.processorMs.verdict, saturation.processorMs.floor],
  ];
  return [
    table([
      [
        ...['ms of processor time', `order, ${perSecond} a second`, 'bare workflow'],
        ...[`order, ${plan.callers} callers`, 'bare workflow'],
      ],
      ...partsOf(...columns).map((part) => [
        partTitle(part),
        ...columns.map((times) => (times[part] ?? 0).toFixed(1)),
      ]),
      ['all', ...columns.map((times) => totalOf(times).toFixed(1))],
    ]),
    '',
    table([
      ['an accepted order', ''],
      ['events of its history', steps.events],
      ['workflow tasks', steps.workflowTasks],
      ['statements', steps.statements],
      ['statements a second of an installation at rest', steps.statementsASecondAtRest],
    ]),
  ].join('\n');
};

const seconds = (ms: number): string => (ms / 1000).toFixed(1);

const starts = (latest: Latest): string => {
  const { result } = latest('start');
  const { afterStart, afterWorkerRestart, warm } = result;
  return [
    table([
      ['seconds until ready', ''],
      ['`npm start` in a new folder', seconds(result.startedInMs)],
      ['`npm start` in a used folder', seconds(result.startedAgainInMs)],
      ['the worker alone', seconds(result.workerRestartedInMs)],
    ]),
    '',
    table([
      [`ms, ${result.plan.orders} orders`, 'the very first', 'p50', 'p95', 'p99', 'max', '503'],
      ...(
        [
          ['after `npm start`', afterStart],
          ["after a worker's restart", afterWorkerRestart],
        ] as const
      ).map(([name, { latenciesMs, answered, refused }]) => [
        ...[name, latenciesMs[0] ?? '503', ...percentileCells(answered), refused],
      ]),
      ['warm', '', ...percentileCells(warm), 0],
    ]),
  ].join('\n');
};

const rest = (latest: Latest): string => {
  const fresh = latest('start').result.atRest;
  const loaded = latest('answer-time').result.atRest;
  const memoryOf = ({ memory }: typeof fresh, part: string): string =>
    (memory.byPart.find((each) => each.part === part)?.pssMb ?? 0).toFixed(0);
  const timeOf = (ms = 0): string => (ms / 1000).toFixed(2);
  return table([
    [
      ...['', 'processor time a minute, fresh (s)', 'after load (s)'],
      ...['PSS, fresh (MB)', 'after load (MB)'],
    ],
    ...loaded.memory.byPart.map(({ part }) => [
      ...[
        partTitle(part),
        timeOf(fresh.processorMsAMinute[part]),
        timeOf(loaded.processorMsAMinute[part]),
      ],
      ...[memoryOf(fresh, part), memoryOf(loaded, part)],
    ]),
    [
      'all',
      ...[fresh, loaded].map(({ processorMsAMinute }) => timeOf(totalOf(processorMsAMinute))),
      ...[fresh, loaded].map(({ memory }) => memory.pssMb.toFixed(0)),
    ],
  ]);
};

const growth = (latest: Latest): string =>
  table([
    [
      ...['stored orders', 'GB', 'score (ms): p50', 'p95', 'p99', 'p99 over that of none'],
      ...['store (ms): p50', 'p95', 'p99'],
    ],
    ...latest('history').result.sizes.map(({ stored, databaseGb, score, store, p99Ratio }) => [
      ...[stored.toLocaleString('en'), databaseGb],
      ...[...percentileCells(score).slice(0, 3), p99Ratio],
      ...percentileCells(store).slice(0, 3),
    ]),
  ]);

const desk = (latest: Latest): string => {
  const { pages, presses, decisions } = latest('desk').result;
  const heads = ['p50', 'p95', 'p99', 'max'];
  const pressRows = (when: string, { decided, neighbour }: BrowserTimes) => [
    [`\`A\` and \`1\`, ${when}`, ...percentileCells(decided.painted), decided.answered.p50Ms],
    [`\`J\`, ${when}`, ...percentileCells(neighbour.painted), neighbour.answered.p50Ms],
  ];
  return [
    table([
      ['server time (ms)', ...heads, 'kB'],
      ...pages.map(({ name, times, kilobytes }) => [name, ...percentileCells(times), kilobytes]),
    ]),
    ...(presses === null
      ? []
      : [
          '',
          table([
            ['key press to the next case painted (ms)', ...heads, 'of it the answer, p50'],
            ...pressRows('alone', presses.alone),
            ...pressRows('beside a stream of orders', presses.beside),
          ]),
        ]),
    '',
    table([
      ['decision to OMS (ms)', ...heads],
      ...decisions.map(({ undoWindow, told }) => [
        undoWindow === '0s'
          ? 'from the click, `UNDO_WINDOW=0s`'
          : 'from the end of the undo window',
        ...percentileCells(told),
      ]),
    ]),
  ].join('\n');
};

/** The tables of the page by the names of their places in it. */
export const tablesOf = (latest: Latest): Readonly<Record<string, string>> => ({
  goals: goals(latest),
  runs: runs(latest),
  rates: rates(latest),
  order: order(latest),
  starts: starts(latest),
  rest: rest(latest),
  growth: growth(latest),
  import: importTable(latest('import').result),
  desk: desk(latest),
  soak: soakTables(latest('soak').result),
});
