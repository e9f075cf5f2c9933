import type { Caught, RuleFigures } from '../population/figures.js';
import type { PopulationResult } from '../population/population.js';
import { cell } from './table.js';

const percent = (share: number, width = 9): string => cell(`${(share * 100).toFixed(1)} %`, width);

const row = (label: string, ...cells: readonly string[]): string =>
  `    ${label.padEnd(36)}${cells.join('')}`;

const heads = (...names: readonly string[]): string =>
  row('', ...names.map((name) => cell(name, 10)));

const caughtRow = ({ name, orders, flagged, flaggedShare, rejected, rejectedShare }: Caught) =>
  row(
    name.replaceAll('_', ' '),
    ...[cell(orders, 10), cell(flagged, 10), percent(flaggedShare, 10)],
    ...[cell(rejected, 10), percent(rejectedShare, 10)],
  );

const caughtHeads = heads('orders', 'flagged', 'share', 'rejected', 'share');

const ruleRow = ({ id, name, hits, precision, decidedFraud, decidedHonest }: RuleFigures) =>
  row(
    `${id} ${name}`,
    ...[cell(hits, 10), percent(precision, 10), cell(decidedFraud, 10), cell(decidedHonest, 10)],
  );

/** The rule set's figures on the population as text. Flagged is review or reject. */
export const populationLines = (result: PopulationResult): string[] => [
  `  ${result.orders} orders of seed ${result.seed}, ${result.fraud.orders} of them fraud; ` +
    `digest ${result.digest}, rules ${result.ruleSetHash.slice(0, 12)}, ${result.tookSeconds} s`,
  '',
  row('precision of flagged', percent(result.precisionFlagged, 10)),
  row('  without friendly fraud', percent(result.precisionThirdParty, 10)),
  row('precision of rejected', percent(result.precisionRejected, 10)),
  row('recall of flagged', percent(result.fraud.flaggedShare, 10)),
  row('  without friendly fraud', percent(result.thirdParty.flaggedShare, 10)),
  row('honest orders flagged', percent(result.honest.flaggedShare, 10)),
  row('honest orders rejected', percent(result.honest.rejectedShare, 10)),
  row('orders to review', percent(result.reviewLoad, 10)),
  '',
  '  Fraud by pattern',
  caughtHeads,
  ...result.patterns.map(caughtRow),
  '',
  '  Fraud by story',
  caughtHeads,
  ...result.fraudStories.map(caughtRow),
  '',
  '  Honest orders by kind of customer',
  caughtHeads,
  ...result.stories.map(caughtRow),
  '',
  '  Rules: share of hits that were fraud, and orders that only this rule had flagged',
  heads('hits', 'precision', 'fraud', 'honest'),
  ...result.rules.map(ruleRow),
];
