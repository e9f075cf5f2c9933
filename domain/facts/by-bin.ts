import type { Settings } from '../../contracts/settings.js';
import { type AvsMatch, canonicalAvs } from '../avs.js';
import { groupBy } from '../group-by.js';
import {
  areNeighbours,
  countOrders,
  type HistoryRow,
  neighbourSerials,
  serials,
  type UsualTraffic,
} from '../history.js';
import { shareOf, toUnits } from '../money.js';
import { surpriseOfShare } from '../surprise.js';
import {
  beyondLimits,
  counting,
  defineTallies,
  flagFrom,
  measuring,
  numberFrom,
  type OrderView,
} from './tally.js';
import { timesUsual } from './usual.js';

type Said = Pick<HistoryRow, 'responseCode' | 'avsCode'>;

/** The settings that say what an answer of processor and issuer means. */
interface Meanings {
  readonly auth: { readonly approvedCodes: readonly number[] };
  readonly avs: Settings['avs'];
}

/**
 * Whether the processor declined, or the issuer's answer on street and postal code passes the test.
 * An order of an earlier version, which stored neither, passes none.
 */
const isUnproven = (
  { responseCode, avsCode }: Said,
  { auth, avs }: Meanings,
  test: (match: AvsMatch) => boolean,
): boolean => {
  if (responseCode !== null && !auth.approvedCodes.includes(responseCode)) return true;
  if (avsCode === null) return false;
  const { street, zip } = canonicalAvs(avs.dialect, avsCode);
  return test(street) && test(zip);
};

const unprovenShare = (
  rows: readonly HistoryRow[],
  { source: { settings } }: OrderView,
): number => {
  const unproven = rows.filter((row) => isUnproven(row, settings, (match) => match === 'none'));
  return shareOf(countOrders(unproven), countOrders(rows));
};

/** Whether the processor declined, or the issuer confirms neither street nor postal code. */
export const isUnmatched = (row: Said, settings: Meanings): boolean =>
  isUnproven(row, settings, (match) => match !== 'match');

/**
 * The share of unmatched orders that is usual for the BIN, drawn towards one in ten as if twenty
 * more orders were known: a bank that takes no part in AVS matches nothing, all day.
 */
const usualUnmatched = (usual: UsualTraffic | null): number =>
  ((usual?.unmatched ?? 0) + 2) / ((usual?.orders ?? 0) + 20 + 2);

const unmatchedSurprise = (rows: readonly HistoryRow[], { source }: OrderView): number => {
  const { settings, history } = source;
  const unmatched = rows.filter((row) => isUnmatched(row, settings));
  const usual = usualUnmatched(history.usual.bin);
  return surpriseOfShare(countOrders(unmatched), countOrders(rows), usual);
};

/** The share of strangers' cards that are neighbours of a given one. */
const neighbourShare = (2 * neighbourSerials + 1) / serials;

/** An enumeration counts numbers up, so its cards are neighbours; strangers' are so by chance. */
const neighbourSurprise = (rows: readonly HistoryRow[], { own }: OrderView): number => {
  const last4 = rows.find(({ position }) => position === own?.position)?.last4 ?? null;
  if (last4 === null) return 0;
  const digits = rows.flatMap((row) =>
    row.card === own?.card || row.last4 === null ? [] : [row.last4],
  );
  const others = [...new Set(digits)];
  const neighbours = others.filter((other) => areNeighbours(other, last4));
  return surpriseOfShare(neighbours.length, others.length, neighbourShare);
};

const fewest = 3;

/**
 * The share of orders from the three busiest IPs or devices: an enumeration runs on few machines.
 * Orders without an IP or device count in the total only.
 */
const fewPlacesShare = (rows: readonly HistoryRow[]): number => {
  const all = countOrders(rows);
  const shares = (['ip', 'device'] as const).map((kind) => {
    const known = rows.filter((row) => row[kind] !== null);
    const counts = [...groupBy(known, (row) => row[kind]).values()].map(countOrders);
    const busiest = counts.toSorted((one, other) => other - one).slice(0, fewest);
    return shareOf(
      busiest.reduce((sum, count) => sum + count, 0),
      all,
    );
  });
  return Math.min(1, Math.max(...shares));
};

const spreadOf = (rows: readonly HistoryRow[]): number => {
  const amounts = rows.map(({ amount }) => toUnits(amount));
  const [lowest, highest] = [Math.min(...amounts), Math.max(...amounts)];
  if (new Set(rows.map(({ currency }) => currency)).size > 1) return beyondLimits;
  if (rows.length === 0 || highest === lowest) return 0;
  return lowest > 0 ? (highest - lowest) / lowest : beyondLimits;
};

export const byBinFacts = defineTallies({
  orders1h: counting('bin', '1h', 'Orders with cards of this BIN in the last hour.'),
  cards1h: counting(
    'bin',
    '1h',
    'Different last four digits of cards of this BIN in the last hour.',
    {
      once: 'last4',
    },
  ),
  unproven1h: measuring(
    'bin',
    '1h',
    'Share of these orders that were declined or have no AVS result (none), 0 to 1.',
    unprovenShare,
  ),
  fewPlaces1h: measuring(
    'bin',
    '1h',
    'Share of these orders that come from their three busiest IP addresses, or from their three ' +
      'busiest devices if that is more, 0 to 1.',
    fewPlacesShare,
  ),
  spread1h: measuring(
    'bin',
    '1h',
    'How far the highest total of these orders is above the lowest; 0.05 is 5 %. 1000000000 if ' +
      'they have several currencies, or if the lowest is 0 and the highest is not.',
    spreadOf,
  ),
  timesUsualHour: timesUsual('bin', '1h', 'busiestHour', 'with cards of this BIN'),
  unmatchedSurprise1h: measuring(
    'bin',
    '1h',
    'How surprising it is, given what is usual for the BIN, that so many of these orders are ' +
      'declined or match neither street nor postal code: 3 is one in a thousand; at most 9.',
    unmatchedSurprise,
  ),
  neighbourSurprise1h: measuring(
    'bin',
    '1h',
    'How surprising it is that so many cards of these orders have numbers next to this one: 3 is ' +
      'one in a thousand; at most 9.',
    neighbourSurprise,
  ),
  neighbourSurprise24h: numberFrom(
    'The same for the last day, among the latest 1000 orders with cards of this BIN.',
    ({ source: { history } }) =>
      surpriseOfShare(history.binDay.neighbours, history.binDay.cards, neighbourShare),
  ),
  isUnmatched: flagFrom(
    'This order is declined, or the issuer confirms neither street nor postal code.',
    ({ own, source }) => own !== undefined && isUnmatched(own, source.settings),
  ),
});
