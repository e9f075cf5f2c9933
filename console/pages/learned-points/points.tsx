import type { PointsFitResult } from '../../../contracts/v1/points-fits.js';
import { printNumber, printWhole } from '../../../domain/case/figures.js';
import { groupBy } from '../../../domain/group-by.js';
import { type Column, Table } from '../../parts/table.js';
import { bannerWords, counted } from '../../words.js';

type Level = PointsFitResult['points'][number];

const columns: readonly Column<Level>[] = [
  {
    heading: 'Rule',
    isName: true,
    cell: ({ ruleId, name, owner }) => (
      <>
        {ruleId} {name}
        {owner !== null && <span class="soft">, {bannerWords[owner]} only</span>}
      </>
    ),
  },
  { heading: 'In force', isNumber: true, cell: ({ before }) => printNumber(before) },
  {
    heading: 'Proposed',
    isNumber: true,
    cell: ({ before, after }) =>
      before === after ? printNumber(after) : <b>{printNumber(after)}</b>,
  },
  { heading: 'Fraud', isNumber: true, cell: ({ orders }) => printWhole(orders.fraud) },
  { heading: 'Good', isNumber: true, cell: ({ orders }) => printWhole(orders.good) },
  { heading: 'Rejected', isNumber: true, cell: ({ orders }) => printWhole(orders.rejected) },
  { heading: 'Not known', isNumber: true, cell: ({ orders }) => printWhole(orders.unknown) },
];

const moved = ({ before, after }: Level): number => Math.abs(after - before);

/** The points of a rule stand together; rules that change most come first. */
const byMove = (levels: readonly Level[]): Level[] => {
  const rules = groupBy(levels, ({ ruleId, owner }) => `${owner ?? ''} ${ruleId}`);
  const most = (own: readonly Level[]): number => Math.max(...own.map(moved));
  return [...rules.values()].toSorted((one, other) => most(other) - most(one)).flat();
};

/** The points of each rule in force and as proposed. */
export const PointsPanel = ({ points }: { points: readonly Level[] }) => {
  const changed = byMove(points.filter((level) => moved(level) > 0));
  const same = points.filter((level) => moved(level) === 0);
  return (
    <section class="panel" aria-labelledby="points">
      <div class="panel-head">
        <h2 id="points">Points</h2>
        <span class="aside">orders that a rule hit, and how they ended</span>
      </div>
      {changed.length === 0 ? (
        <p class="panel-body soft">No points change.</p>
      ) : (
        <Table caption="Points that change" columns={columns} rows={changed} />
      )}
      {same.length > 0 && (
        <details class="folded">
          <summary>{counted(same.length, 'level')} of points stay</summary>
          <Table caption="Points that stay" columns={columns} rows={same} />
        </details>
      )}
    </section>
  );
};
