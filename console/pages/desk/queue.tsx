import type { Child } from 'hono/jsx';
import { printWhole } from '../../../domain/case/figures.js';
import type { DeskQueue } from '../../../services/desk-figures/figures.js';
import { type Column, TablePanel } from '../../parts/table.js';

/** A part of the open cases: the reader's own and everybody's. */
interface Part {
  readonly name: string;
  readonly own: number;
  readonly all: number;
  /** What the queue's address needs for these rows. */
  readonly query: string;
}

const hoursInDay = 24;

const lengthOf = (hours: number): string =>
  hours >= hoursInDay ? `${hours / hoursInDay} d` : `${hours} h`;

const sumFrom = (parts: DeskQueue['byAge'], from: number): number =>
  parts.slice(from).reduce((sum, { cases }) => sum + cases, 0);

/** The ages add up from below, as the queue's filter does: each number leads to its rows. */
const agesOf = (own: DeskQueue, all: DeskQueue): readonly Part[] =>
  all.byAge.map(({ fromHours }, index) => ({
    name: fromHours === 0 ? 'Any age' : `${lengthOf(fromHours)} and older`,
    own: sumFrom(own.byAge, index),
    all: sumFrom(all.byAge, index),
    query: fromHours === 0 ? 'sort=age' : `age=${fromHours}&sort=age`,
  }));

const dueName = (hours: number | null, before: number | null | undefined): string => {
  if (hours === 0) return 'Late';
  return hours === null ? `In ${lengthOf(before ?? 0)} or later` : `Within ${lengthOf(hours)}`;
};

const duesOf = (own: DeskQueue, all: DeskQueue): readonly Part[] =>
  all.byDue.map(({ withinHours, cases }, index) => ({
    name: dueName(withinHours, all.byDue[index - 1]?.withinHours),
    own: own.byDue[index]?.cases ?? 0,
    all: cases,
    query: withinHours === 0 ? 'view=overdue' : 'sort=due',
  }));

const Count = ({ count, query }: { count: number; query: string }): Child =>
  count === 0 ? <>0</> : <a href={`/console/queue?${query}`}>{printWhole(count)}</a>;

const columnsOf = (heading: string): readonly Column<Part>[] => [
  { heading, isName: true, cell: ({ name }) => name },
  {
    heading: 'Yours',
    isNumber: true,
    cell: ({ own, query }) => <Count count={own} query={`who=me&${query}`} />,
  },
  {
    heading: 'Everybody’s',
    isNumber: true,
    cell: ({ all, query }) => <Count count={all} query={query} />,
  },
];

interface QueuePanelsProps {
  /** The cases that the reader holds. */
  readonly own: DeskQueue;
  readonly all: DeskQueue;
}

/** The open cases by age and by deadline; each number leads to its rows. */
export const QueuePanels = ({ own, all }: QueuePanelsProps) => (
  <>
    <TablePanel
      id="by-age"
      title="Open cases by age"
      columns={columnsOf('Age')}
      rows={all.cases === 0 ? [] : agesOf(own, all)}
      empty="No case is open."
    />
    <TablePanel
      id="by-due"
      title="Open cases by when they are due"
      columns={columnsOf('Due')}
      rows={all.cases === 0 ? [] : duesOf(own, all)}
      empty="No case is open."
    />
  </>
);
