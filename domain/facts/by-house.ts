import { groupBy } from '../group-by.js';
import { countDistinct, type HistoryRow, type Window } from '../history.js';
import { counting, defineTallies, type OrderView } from './tally.js';

/** The rows of the house, of several that the order ships to, where `value` has most values. */
const atBusiestHouse = (
  rows: readonly HistoryRow[],
  value: (row: HistoryRow) => string | null,
): readonly HistoryRow[] => {
  const atHouses = [...groupBy(rows, ({ place }) => place ?? '').values()];
  const counts = atHouses.map((some) => countDistinct(some, value));
  return atHouses[counts.indexOf(Math.max(...counts))] ?? [];
};

const byPostalOf = ({ of }: OrderView, window: Window): readonly HistoryRow[] =>
  atBusiestHouse(of('house', window), ({ billingPostal }) => billingPostal);

const sameCodeOf = ({ own, of }: OrderView, window: Window): readonly HistoryRow[] => {
  const codes = own?.promotions ?? [];
  const isOther = ({ account, promotions }: HistoryRow): boolean =>
    account !== own?.account && promotions.some((code) => codes.includes(code));
  return atBusiestHouse(of('house', window).filter(isOther), ({ account }) => account);
};

/** What goes to one house, however its flat and street are typed. */
export const byHouseFacts = defineTallies({
  postals60d: counting(
    byPostalOf,
    '60d',
    'Billing postal codes used in the last 60 days for one house that the order ships to; the ' +
      'highest such count.',
    { once: 'billingPostal' },
  ),
  sameCodeAccounts30d: counting(
    sameCodeOf,
    '30d',
    'Other accounts that used a promotion code of this order in the last 30 days for one house ' +
      'that it ships to; the highest such count.',
    { once: 'account' },
  ),
});
