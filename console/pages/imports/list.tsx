import type { Import } from '../../../contracts/v1/imports.js';
import { printWhole } from '../../../domain/case/figures.js';
import { Ago, Day } from '../../parts/format.js';
import { StateMark, Unsaid } from '../../parts/state.js';
import { type Column, PanelsMain, TablePanel } from '../../parts/table.js';

/** The page of an import. */
export const importAddress = (importId: string): string => `/console/imports/${importId}`;

/** Whether an import has ended. */
export const ImportState = ({ one }: { one: Pick<Import, 'state'> }) =>
  one.state === 'done' ? (
    <StateMark is="ok">Done</StateMark>
  ) : (
    <StateMark is="none" icon="clock">
      Open
    </StateMark>
  );

/** The days of an import's orders, in UTC as the file has them. */
export const OrderDays = ({ one: { firstAt, lastAt } }: { one: Import }) =>
  firstAt === null || lastAt === null ? (
    <Unsaid>no order yet</Unsaid>
  ) : (
    <>
      <Day at={new Date(firstAt)} zone="UTC" /> to <Day at={new Date(lastAt)} zone="UTC" />
    </>
  );

const columnsOf = (now: Date, zone: string): readonly Column<Import>[] => [
  {
    heading: 'Import',
    isName: true,
    cell: ({ importId, note }) => (
      <a href={importAddress(importId)}>{note === '' ? 'Without a note' : note}</a>
    ),
  },
  { heading: 'State', isNarrow: true, cell: (one) => <ImportState one={one} /> },
  { heading: 'Stored', isNumber: true, cell: ({ stored }) => printWhole(stored) },
  { heading: 'There already', isNumber: true, cell: ({ repeated }) => printWhole(repeated) },
  {
    heading: 'Refused',
    isNumber: true,
    cell: ({ refused }) => (refused === 0 ? '0' : <b>{printWhole(refused)}</b>),
  },
  { heading: 'Labels', isNumber: true, cell: ({ labels }) => printWhole(labels) },
  { heading: 'Orders from', isNarrow: true, cell: (one) => <OrderDays one={one} /> },
  {
    heading: 'Began',
    isNarrow: true,
    cell: ({ createdAt }) => <Ago at={new Date(createdAt)} now={now} zone={zone} />,
  },
  { heading: 'By', isNarrow: true, cell: ({ author }) => author },
];

/** The imports, latest first. */
export const ImportList = (props: {
  imports: readonly Import[];
  nextCursor: string | null;
  now: Date;
  zone: string;
}) => (
  <PanelsMain title="Imports" lead="Past orders that somebody brought along, as history">
    <TablePanel
      id="imports"
      title="Imports, latest first"
      columns={columnsOf(props.now, props.zone)}
      rows={props.imports}
      empty={
        <>
          No past orders were imported. <code>npm run import</code> reads a file of them; a program
          sends them through the API.
        </>
      }
      foot={
        props.nextCursor && (
          <a href={`/console/imports?cursor=${encodeURIComponent(props.nextCursor)}`}>
            Earlier imports
          </a>
        )
      }
    />
  </PanelsMain>
);
