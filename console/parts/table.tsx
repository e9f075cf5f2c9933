import type { Child } from 'hono/jsx';

/** A column of a table: its heading, and how it shows a row. */
export interface Column<Row> {
  readonly heading: Child;
  readonly isNumber?: boolean;
  /** The cell that names the row. */
  readonly isName?: boolean;
  readonly isNarrow?: boolean;
  readonly cell: (row: Row) => Child;
}

const classOf = ({ isNumber, isNarrow }: { isNumber?: boolean; isNarrow?: boolean }) =>
  [isNumber && 'num', isNarrow && 'nowrap'].filter(Boolean).join(' ') || undefined;

/** Whether a column needs no more room than its values have. */
const isSized = ({ isNumber, isNarrow }: { isNumber?: boolean; isNarrow?: boolean }): boolean =>
  isNumber === true || isNarrow === true;

/** A plain table in a panel that scrolls sideways where it is too narrow. */
export const Table = <Row,>(props: {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
}) => (
  <div class="scroll-x" tabindex={0} role="region" aria-label={`Table: ${props.caption}`}>
    <table class={props.columns.every(isSized) ? 'tbl wide tight' : 'tbl wide'}>
      <caption class="sr">{props.caption}</caption>
      <thead>
        <tr>
          {props.columns.map((column) => (
            <th scope="col" class={classOf(column)}>
              {column.heading}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {props.rows.map((row) => (
          <tr>
            {props.columns.map((column) =>
              column.isName === true ? (
                <th scope="row" class={classOf(column)}>
                  {column.cell(row)}
                </th>
              ) : (
                <td class={classOf(column)}>{column.cell(row)}</td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

/** A panel with a heading and a table, or what it says when there is nothing. */
export const TablePanel = <Row,>(props: {
  id: string;
  title: string;
  aside?: Child;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  empty: Child;
  foot?: Child;
}) => (
  <section class="panel" aria-labelledby={props.id}>
    <div class="panel-head">
      <h2 id={props.id}>{props.title}</h2>
      {props.aside && <div class="aside">{props.aside}</div>}
    </div>
    {props.rows.length === 0 ? (
      <p class="panel-body soft">{props.empty}</p>
    ) : (
      <Table caption={props.title} columns={props.columns} rows={props.rows} />
    )}
    {props.foot && <div class="panel-foot">{props.foot}</div>}
  </section>
);

/** The page of a section that is made of panels. */
export const PanelsMain = (props: {
  title: string;
  lead?: Child;
  aside?: Child;
  children?: Child;
}) => (
  <main class="page" id="main">
    <div class="page-head">
      <h1>{props.title}</h1>
      {props.lead && <p class="soft">{props.lead}</p>}
      {props.aside && <div class="aside">{props.aside}</div>}
    </div>
    <div class="stack">{props.children}</div>
  </main>
);
