import type { FitResult, HeldOut } from '../fit/fit.js';
import type { Kind } from '../fit/figures.js';
import { type Interval, type KindTogether, shopSidesOf, type Together } from '../fit/together.js';
import { cell } from './table.js';

const percent = (part: number, whole: number): string =>
  cell(`${((part / Math.max(1, whole)) * 100).toFixed(1)} %`, 10);

const tenth = (share: number): string => (share * 100).toFixed(1);

const flagged = (kind: Kind): string => percent(kind.flagged, kind.orders);
const rejected = (kind: Kind): string => percent(kind.rejected, kind.orders);

const row = (label: string, ...cells: readonly string[]): string =>
  `    ${label.padEnd(26)}${cells.join('')}`;

const sideRow = (label: string, { honest, thirdParty, friendly, reviewed }: HeldOut): string =>
  row(
    label,
    ...[flagged(thirdParty), rejected(thirdParty), flagged(friendly), flagged(honest)],
    ...[rejected(honest), percent(reviewed, honest.orders + thirdParty.orders + friendly.orders)],
  );

const interval = (of: Interval | null | undefined): string =>
  cell(
    of === null || of === undefined
      ? '–'
      : `${tenth(of.share)} (${tenth(of.low)}–${tenth(of.high)})`,
    20,
  );

const shareOf = ({ flaggedShare }: KindTogether) => flaggedShare;
const rejectedOf = ({ rejectedShare }: KindTogether) => rejectedShare;

type KindsOf = (side: Together) => readonly KindTogether[];

/** A row for each kind, a cell for each side. */
const kindRows = (
  sides: readonly Together[],
  kindsOf: KindsOf,
  figures: readonly ((kind: KindTogether) => Interval | null)[],
): string[] =>
  sides.slice(0, 1).flatMap((first) =>
    kindsOf(first).map(({ name, orders }) =>
      row(
        `${name.replaceAll('_', ' ')}, ${orders}`,
        ...figures.flatMap((figure) =>
          sides.map((side) => {
            const kind = kindsOf(side).find((one) => one.name === name);
            return interval(kind && figure(kind));
          }),
        ),
      ),
    ),
  );

/** Percent of all seeds' held-out orders, with 95 % intervals. */
const togetherLines = (sides: readonly Together[]): string[] => {
  const heads = row('', ...sides.map(({ side }) => cell(side, 20)));
  const both = row('', ...[...sides, ...sides].map(({ side }) => cell(side, 20)));
  return [
    '  All seeds, percent (95 % interval): flagged, with the orders of each kind',
    heads,
    ...kindRows(sides, ({ thirdParty, friendly }) => [thirdParty, friendly], [shareOf]),
    row('to review', ...sides.map(({ reviewed }) => interval(reviewed))),
    row('recall at 6 % of honest', ...sides.map((one) => interval(one.atHonestFlagged.recall))),
    '',
    '  Fraud by pattern, flagged',
    heads,
    ...kindRows(sides, ({ patterns }) => patterns, [shareOf]),
    '',
    '  Honest orders by kind of customer, flagged and then rejected',
    both,
    ...kindRows(sides, ({ honest, customers }) => [honest, ...customers], [shareOf, rejectedOf]),
  ];
};

/** Shipped and fitted points on the held-out weeks, by seed, as text. */
export const fitLines = ({ size, ruleSetHash, seeds, together }: FitResult): string[] => [
  `  ${size} orders of each seed, rules ${ruleSetHash.slice(0, 12)}; held-out weeks by their truth`,
  '',
  row(
    '',
    ...['recall', 'rejected', 'friendly', 'honest', 'rejected', 'review'].map((one) =>
      cell(one, 10),
    ),
  ),
  ...seeds.flatMap(({ seed, before, shipped, fits }) => [
    ...(before === null ? [] : [sideRow(`seed ${seed}, before`, before)]),
    sideRow(`seed ${seed}, shipped`, shipped),
    ...fits.map(({ way, bands, verdict, heldOut }) =>
      sideRow(`  ${way}: ${bands.reviewFrom}/${bands.rejectFrom}`, heldOut).concat(`  ${verdict}`),
    ),
  ]),
  '',
  ...togetherLines(shopSidesOf(together)),
];
