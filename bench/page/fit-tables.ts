import type { FitResult } from '../fit/fit.js';
import {
  type Interval,
  type KindTogether,
  shopSidesOf,
  type Together,
  together,
} from '../fit/together.js';
import type { Latest } from './latest.js';
import { table } from './table.js';

const titles: Readonly<Record<string, string>> = {
  before: 'rules before, which only counted',
  shipped: 'shipped points',
  labels: 'fitted on labels alone',
  left_out: 'on labels, rejected orders left out',
  verdicts: 'on labels and verdicts',
  truth: 'on the whole truth',
};

const percent = (share: number, digits = 1): string => `${(share * 100).toFixed(digits)} %`;

const shareOf = (interval: Interval | null, digits = 1): string =>
  interval === null ? '–' : percent(interval.share, digits);

const withInterval = (interval: Interval | null): string =>
  interval === null
    ? '–'
    : `${percent(interval.share)} (${(interval.low * 100).toFixed(1)}–` +
      `${(interval.high * 100).toFixed(1)})`;

const overall = ({ seeds, together: sides }: FitResult): string => {
  const before = seeds.flatMap((seed) => seed.before ?? []);
  const all = before.length === 0 ? sides : [together('before', before), ...sides];
  return table([
    [
      ...['', "others' fraud flagged", 'rejected', 'honest flagged', 'honest rejected'],
      ...['friendly fraud flagged', 'to review', 'recall at 6 %'],
    ],
    ...all.map(({ side, thirdParty, honest, friendly, reviewed, atHonestFlagged }) => [
      ...[titles[side] ?? side, withInterval(thirdParty.flaggedShare)],
      ...[shareOf(thirdParty.rejectedShare), shareOf(honest.flaggedShare)],
      ...[shareOf(honest.rejectedShare, 2), shareOf(friendly.flaggedShare), shareOf(reviewed)],
      shareOf(atHonestFlagged.recall),
    ]),
  ]);
};

const heads = ['shipped', 'labels alone', 'labels and verdicts'];

/** A row for each kind; `cellsOf` has the cells of the kind on each side. */
const kindsTable = (
  title: readonly string[],
  sides: readonly Together[],
  of: {
    readonly kinds: (side: Together) => readonly KindTogether[];
    readonly cells: (onSides: readonly KindTogether[]) => readonly string[];
  },
): string => {
  const names = sides.slice(0, 1).flatMap((first) => of.kinds(first));
  return table([
    title,
    ...names.map(({ name, orders }) => [
      ...[name.replaceAll('_', ' '), orders.toLocaleString('en')],
      ...of.cells(sides.flatMap((side) => of.kinds(side).filter((one) => one.name === name))),
    ]),
  ]);
};

const flaggedCells = (onSides: readonly KindTogether[]): string[] =>
  onSides.map(({ flaggedShare }) => withInterval(flaggedShare));

const patterns = (result: FitResult): string =>
  kindsTable(['pattern', 'orders', ...heads], shopSidesOf(result.together), {
    kinds: (side) => side.patterns,
    cells: flaggedCells,
  });

const customers = (result: FitResult): string =>
  kindsTable(['honest customers', 'orders', ...heads, 'rejected'], shopSidesOf(result.together), {
    kinds: (side) => side.customers,
    cells: (onSides) => [
      ...flaggedCells(onSides),
      onSides.map(({ rejected }) => rejected).join(' · '),
    ],
  });

/** The tables of `docs/learned-points.md` by the names of their places in it. */
export const fitTablesOf = (latest: Latest): Readonly<Record<string, string>> => {
  const first = latest('fit').result;
  const second = latest('fit-second-population').result;
  return {
    fit: overall(first),
    'fit-patterns': patterns(first),
    'fit-customers': customers(first),
    'second-fit': overall(second),
    'second-fit-patterns': patterns(second),
    'second-fit-customers': customers(second),
  };
};
