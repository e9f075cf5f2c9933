import type { Load } from '../outage/plan.js';
import type { Outage } from '../outage/outage.js';
import { aim, cell, percentileHeads, percentileRow, row, tenths } from './table.js';

/** The goal for an answer beyond the partners' budget, at worst and with both partners dead. */
const aboveBudgetAimMs = 100;
/** With both breakers open no order waits for a partner. */
const openP99AimMs = 60;

const rate = ({ perSecond, seconds }: Load): string =>
  `${perSecond * seconds} orders at ${perSecond} a second, in ms`;

const aboveBudget = (label: string, maxMs: number, budgetMs: number): string[] => [
  row(label, tenths(maxMs), ` at most, beyond ${budgetMs} ms`),
  aim(`at most ${aboveBudgetAimMs} ms beyond`, maxMs <= aboveBudgetAimMs),
];

const deadTable = ({ plan, dead, budgetMs }: Outage): string[] => {
  const p99MaxMs = budgetMs + aboveBudgetAimMs;
  return [
    `  Both partners dead: ${rate(plan.dead)}`,
    percentileHeads,
    percentileRow('all', dead.all),
    percentileRow('until both open', dead.untilOpen),
    percentileRow('both breakers open', dead.open),
    row('orders until open', cell(dead.ordersUntilOpen)),
    ...aboveBudget('beyond the budget', dead.maxAboveBudgetMs, budgetMs),
    aim(`p99 of all at most ${p99MaxMs} ms`, dead.all.p99Ms <= p99MaxMs),
    aim(
      `p99 with both breakers open below ${openP99AimMs} ms`,
      dead.open !== null && dead.open.p99Ms < openP99AimMs,
    ),
  ];
};

const recoveryTable = ({ plan, recovery }: Outage): string[] => {
  const after = (seconds: number | null) => (seconds === null ? cell('never') : tenths(seconds));
  const { givenUp, waiting, accepted } = recovery;
  return [
    `  Both well again: ${waiting} orders wait in review; times in s`,
    row('breakers closed', after(recovery.closedAfterSeconds)),
    row('first accepted', after(recovery.firstAfterSeconds)),
    row('half accepted', after(recovery.halfAfterSeconds)),
    row('last accepted', after(recovery.lastAfterSeconds)),
    row('accepted', cell(accepted), ` by themselves, ${recovery.acceptedPerSecond} a second`),
    ...(givenUp > 0
      ? [`    GIVEN UP after ${plan.giveUpSeconds} s: ${givenUp} orders still wait`]
      : []),
  ];
};

const slowTable = ({ plan, slow }: Outage): string[] => [
  `  Yleo slow (p50 150 ms, p99 600 ms): ${rate(plan.slow)}`,
  percentileHeads,
  percentileRow('all', slow.all),
  row('had its vote', cell(`${(slow.voteShare * 100).toFixed(1)} %`)),
];

const stragglerTable = ({ plan, straggler, budgetMs }: Outage): string[] => [
  `  Yleo takes 5 s: ${rate(plan.straggler)}`,
  percentileHeads,
  percentileRow('all', straggler.all),
  percentileRow(`first ${straggler.first.samples}`, straggler.first),
  ...aboveBudget('beyond the budget', straggler.firstMaxAboveBudgetMs, budgetMs),
];

export const outageLines = (result: Outage): string[] => [
  ...deadTable(result),
  '',
  ...recoveryTable(result),
  '',
  ...slowTable(result),
  '',
  ...stragglerTable(result),
];
