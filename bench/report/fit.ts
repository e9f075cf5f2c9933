import type { FitResult, HeldOut } from '../fit/fit.js';
import type { Kind } from '../fit/figures.js';
import { cell } from './table.js';

const percent = (part: number, whole: number): string =>
  cell(`${((part / Math.max(1, whole)) * 100).toFixed(1)} %`, 10);

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

/** Shipped and fitted points on the held-out weeks, by seed, as text. */
export const fitLines = ({ size, ruleSetHash, seeds }: FitResult): string[] => [
  `  ${size} orders of each seed, rules ${ruleSetHash.slice(0, 12)}; held-out weeks by their truth`,
  '',
  row(
    '',
    ...['recall', 'rejected', 'friendly', 'honest', 'rejected', 'review'].map((one) =>
      cell(one, 10),
    ),
  ),
  ...seeds.flatMap(({ seed, before, shipped, fits }) => [
    sideRow(`seed ${seed}, before`, before),
    sideRow(`seed ${seed}, shipped`, shipped),
    ...fits.map(({ way, bands, verdict, heldOut }) =>
      sideRow(`  ${way}: ${bands.reviewFrom}/${bands.rejectFrom}`, heldOut).concat(`  ${verdict}`),
    ),
  ]),
];
