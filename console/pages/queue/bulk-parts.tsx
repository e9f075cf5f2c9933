import type { Child, PropsWithChildren } from 'hono/jsx';
import { CsrfField } from '../../parts/controls.js';
import { type Column, TablePanel } from '../../parts/table.js';

/** The way back from a report to the queue that the cases were chosen in. */
export const ToQueue = ({ from }: { from: string }) => (
  <p class="line">
    <a class="btn" href={from}>
      Back to the queue
    </a>
  </p>
);

/** A form about chosen cases: its fields, its button, and the way back without doing anything. */
export const BulkForm = (
  props: PropsWithChildren<{
    readonly act: 'assignment' | 'decision' | 'tag';
    readonly csrf: string;
    /** The queue that the cases were chosen in. */
    readonly from: string;
    readonly caseIds: readonly string[];
    readonly button: Child;
  }>,
) => (
  <form
    class="panel panel-body bulk-form"
    method="post"
    action={`/console/queue/bulk/${props.act}`}
  >
    <CsrfField token={props.csrf} />
    <input type="hidden" name="from" value={props.from} />
    {props.caseIds.map((caseId) => (
      <input type="hidden" name="case" value={caseId} />
    ))}
    {props.children}
    <div class="line">
      {props.button}
      <a class="btn" data-kind="quiet" href={props.from}>
        Back to the queue
      </a>
    </div>
  </form>
);

/** The chosen cases, with what happens to each. */
export const CasesPanel = <T,>(props: {
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly foot?: Child;
}) => <TablePanel id="bulk-cases" title="Cases" empty="No case is chosen." {...props} />;
