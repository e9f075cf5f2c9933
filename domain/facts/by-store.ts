import { countOrders, type HistoryRow, type UsualTraffic } from '../history.js';
import { surpriseOfShare } from '../surprise.js';
import { isUnmatched } from './by-bin.js';
import { counting, defineTallies, measuring, type OrderView } from './tally.js';
import { timesUsual } from './usual.js';

/** What is drawn towards this share, as if twenty more orders were known. */
const usualShare = (found: number, { orders }: UsualTraffic, share: number): number =>
  (found + 20 * share) / (orders + 20);

/** Of honest orders in stores, half are guests' and one in eight is unmatched. */
const guestShare = 1 / 2;
const unmatchedShare = 1 / 8;

const guestSurprise = (rows: readonly HistoryRow[], { source }: OrderView): number => {
  const usual = source.history.usual.store;
  if (usual === null || usual.guests === null) return 0;
  const guests = rows.filter(({ account }) => account === null);
  const expected = usualShare(usual.guests, usual, guestShare);
  return surpriseOfShare(countOrders(guests), countOrders(rows), expected);
};

const unmatchedSurprise = (rows: readonly HistoryRow[], { source }: OrderView): number => {
  const { settings, history } = source;
  const usual = history.usual.store;
  if (usual === null) return 0;
  const unmatched = rows.filter((row) => isUnmatched(row, settings));
  const expected = usualShare(usual.unmatched, usual, unmatchedShare);
  return surpriseOfShare(countOrders(unmatched), countOrders(rows), expected);
};

/** Orders at the tills of one store, or collected at its counter. */
export const byStoreFacts = defineTallies({
  orders1h: counting(
    'store',
    '1h',
    "Orders in the last hour at the same store's tills, or to be collected there, whichever this " +
      'one is; 0 for an order that is sent to the customer.',
  ),
  timesUsualHour: timesUsual('store', '1h', 'busiestHour', "at the store's tills or counter"),
  guestSurprise1h: measuring(
    'store',
    '1h',
    'How surprising it is, given what is usual there, that so many of these orders are ' +
      "guests': 3 is one in a thousand; at most 9, and 0 where nothing is usual.",
    guestSurprise,
  ),
  unmatchedSurprise1h: measuring(
    'store',
    '1h',
    'How surprising it is, given what is usual there, that so many of these orders are declined ' +
      'or match neither street nor postal code: 3 is one in a thousand; at most 9, and 0 where ' +
      'nothing is usual.',
    unmatchedSurprise,
  ),
});
