import { printWhole } from '../../../domain/case/figures.js';
import { type Filters, queueAddress } from './query.js';
import { Row, type RowContext } from './row.js';
import type { QueueRow } from '../../../services/cases/queue.js';

const columns = [
  ...['tick', 'loss', 'due', 'score', 'order', 'why'],
  ...['marks', 'amount', 'banner', 'age', 'who'],
];

const lossTitle =
  "Expected loss: chance of fraud times what would be lost, in the order's currency";

const SortedHeading = (props: {
  filters: Filters;
  by: NonNullable<Filters['sort']>;
  label: string;
  isNumber?: boolean;
  title?: string;
  order: 'ascending' | 'descending';
}) => {
  const { filters, by } = props;
  return (
    <th
      role="columnheader"
      scope="col"
      class={props.isNumber ? 'num' : undefined}
      title={props.title}
      aria-sort={(filters.sort ?? 'priority') === by ? props.order : undefined}
    >
      <a href={queueAddress({ ...filters, sort: by })}>{props.label}</a>
    </th>
  );
};

const Headings = ({ filters }: { filters: Filters }) => (
  <thead role="rowgroup">
    <tr role="row">
      <th role="columnheader" scope="col">
        <input type="checkbox" data-choose-all aria-label="Choose all cases shown" />
      </th>
      <SortedHeading
        filters={filters}
        by="priority"
        label="At risk"
        title={lossTitle}
        isNumber
        order="descending"
      />
      <SortedHeading filters={filters} by="due" label="Due" order="ascending" />
      <SortedHeading
        filters={filters}
        by="score"
        label="Score"
        title="The ticks are the scores from which the banner reviews and rejects"
        order="descending"
      />
      <th role="columnheader" scope="col">
        Order and shopper
      </th>
      <th role="columnheader" scope="col">
        Reasons, heaviest first
      </th>
      <th role="columnheader" scope="col">
        <span class="sr">Marks</span>
      </th>
      <SortedHeading filters={filters} by="amount" label="Amount" isNumber order="descending" />
      <th role="columnheader" scope="col">
        Banner
      </th>
      <SortedHeading filters={filters} by="age" label="Age" isNumber order="descending" />
      <th role="columnheader" scope="col">
        Assigned
      </th>
    </tr>
  </thead>
);

/** One page of the queue. */
export interface QueuePart {
  readonly rows: readonly QueueRow[];
  readonly total: number;
  readonly nextCursor: string | null;
}

const KeysHint = () => (
  <>
    <kbd>J</kbd> <kbd>K</kbd> move, <kbd>Enter</kbd> open, <kbd>X</kbd> choose, <kbd>Shift</kbd> for
    a range
  </>
);

const Foot = (props: { part: QueuePart; filters: Filters; cursor: string | undefined }) => {
  const { rows, total, nextCursor } = props.part;
  const isFirst = props.cursor === undefined;
  return (
    <div class="queue-foot">
      <span>
        {isFirst
          ? `1 to ${printWhole(rows.length)} of ${printWhole(total)}`
          : `${printWhole(rows.length)} more of ${printWhole(total)}`}
      </span>
      <span class="keys-hint">
        <KeysHint />
      </span>
      <span class="aside">
        {!isFirst && <a href={queueAddress(props.filters)}>Back to the first</a>}
        {nextCursor !== null && (
          <a href={queueAddress(props.filters, nextCursor)} rel="next">
            Next page
          </a>
        )}
      </span>
    </div>
  );
};

/** The table of cases with its foot. */
export const QueueTable = (props: {
  part: QueuePart;
  filters: Filters;
  cursor?: string | undefined;
  context: RowContext;
  caption: string;
}) => (
  <div class="panel queue-panel">
    <table class="tbl queue" role="table">
      <caption class="sr">{props.caption}</caption>
      <colgroup>
        {columns.map((name) => (
          <col class={`c-${name}`} />
        ))}
      </colgroup>
      <Headings filters={props.filters} />
      <tbody role="rowgroup">
        {props.part.rows.map((row) => (
          <Row row={row} context={props.context} />
        ))}
      </tbody>
    </table>
    <Foot part={props.part} filters={props.filters} cursor={props.cursor} />
  </div>
);
