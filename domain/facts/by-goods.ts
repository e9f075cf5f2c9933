import { canonicalAvs } from '../avs.js';
import { countDistinct, countOrders, type HistoryRow, type Window } from '../history.js';
import { surpriseOfCount, surpriseOfShare } from '../surprise.js';
import { dayMs } from '../utc-day.js';
import { counting, defineTallies, measuring, type OrderView } from './tally.js';

const isGuest = ({ account }: HistoryRow): boolean => account === null;

const guestsOf = ({ of }: OrderView, window: Window): readonly HistoryRow[] =>
  of('goods', window).filter(isGuest);

/** No goods are bought less by guests than once in four days: a new article has no past. */
const fewestGuestsADay = 0.25;
/** The first day of a sale has twice the usual orders. */
const saleFactor = 2;
/** A crowd that nobody expected has accounts among its guests, one for three of them or more. */
const guestsPerMember = 3;

/**
 * Goods that are known for less say nothing of what is usual: they are new, or all goods are, or
 * they have so many orders that no run shows.
 */
const knownDaysMin = 7;

/** The guests to expect in a day; undefined for goods that are known too short a time. */
const expectedGuests = ({ of, source: { history } }: OrderView): number | undefined => {
  if (history.goodsTraffic === null) return undefined;
  const { guests, members, spanMs } = history.goodsTraffic;
  const days = spanMs / dayMs - 1;
  if (days < knownDaysMin) return undefined;
  const today = countOrders(of('goods', '24h').filter((row) => !isGuest(row)));
  // One may come on any day.
  const unusual = Math.max(0, today - members / days - 1);
  return Math.max(fewestGuestsADay, (saleFactor * guests) / days) + guestsPerMember * unusual;
};

/** How improbable the others are: that this one is there has no chance in it. */
const guestSurprise = (rows: readonly HistoryRow[], view: OrderView): number => {
  const expected = expectedGuests(view);
  if (expected === undefined) return 0;
  return surpriseOfCount(countDistinct(rows, ({ card }) => card) - 1, expected);
};

/** Of honest orders, street or postal code are wrong for about as many. */
const usualMismatches = 1 / 8;

const mismatchSurprise = (
  rows: readonly HistoryRow[],
  { source: { settings } }: OrderView,
): number => {
  const isMismatch = ({ responseCode, avsCode }: HistoryRow): boolean => {
    const { approvedCodes } = settings.auth;
    if (responseCode !== null && !approvedCodes.includes(responseCode)) return true;
    const { street, zip } = canonicalAvs(settings.avs.dialect, avsCode ?? '');
    return street === 'no_match' || zip === 'no_match';
  };
  return surpriseOfShare(countOrders(rows.filter(isMismatch)), countOrders(rows), usualMismatches);
};

/** Orders of exactly the same articles and quantities: a run on one article. */
export const byGoodsFacts = defineTallies({
  guests24h: counting(
    guestsOf,
    '24h',
    'Cards with which guests ordered exactly these goods in the last day; 0 for an order of an ' +
      'account.',
    { once: 'card' },
  ),
  guestSurprise24h: measuring(
    guestsOf,
    '24h',
    'How surprising so many are, given what guests usually buy of these goods and how many ' +
      'accounts bought them on this day: 3 is one in a thousand; at most 9, and 0 for goods that ' +
      'were not bought a week before this day.',
    guestSurprise,
  ),
  mismatchSurprise24h: measuring(
    guestsOf,
    '24h',
    'How surprising it is, if one in eight is usual, that so many of these orders are declined ' +
      'or have a street or postal code that does not match: 3 is one in a thousand; at most 9.',
    mismatchSurprise,
  ),
});
