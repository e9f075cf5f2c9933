import type { Import, ImportRefusal } from '../../../contracts/v1/imports.js';
import { printShare, printWhole } from '../../../domain/case/figures.js';
import { Time } from '../../parts/format.js';
import { Progressing } from '../../parts/progress.js';
import { Unsaid } from '../../parts/state.js';
import { type Column, PanelsMain, TablePanel } from '../../parts/table.js';
import { counted } from '../../words.js';
import { importAddress, ImportState, OrderDays } from './list.js';

const percent = (part: number, whole: number): string =>
  whole === 0 ? 'of no line yet' : `${printShare(part / whole)} of the lines`;

/** What became of the lines so far. */
export const ImportCounts = ({ one }: { one: Import }) => {
  const { lines, parts, stored, repeated, refused, labels } = one;
  const address = one.state === 'open' ? `${importAddress(one.importId)}/progress` : undefined;
  return (
    <Progressing address={address}>
      <div class="stats">
        <div class="stat">
          <span class="name">Lines read</span>
          <span class="value">{printWhole(lines)}</span>
          <span class="than">in {counted(parts, 'part')}</span>
        </div>
        <div class="stat">
          <span class="name">Orders stored</span>
          <span class="value">{printWhole(stored)}</span>
          <span class="than">{percent(stored, lines)}</span>
        </div>
        <div class="stat">
          <span class="name">There already</span>
          <span class="value">{printWhole(repeated)}</span>
          <span class="than">with the same content</span>
        </div>
        <div class="stat">
          <span class="name">Refused</span>
          <span class="value">{printWhole(refused)}</span>
          <span class="than">{percent(refused, lines)}</span>
        </div>
        <div class="stat">
          <span class="name">Labels</span>
          <span class="value">{printWhole(labels)}</span>
          <span class="than">stored with the orders</span>
        </div>
      </div>
    </Progressing>
  );
};

/** What an open import waits for. */
const Waiting = ({ one: { state, daysLeft } }: { one: Import }) => {
  if (state === 'done') return <>nothing</>;
  return daysLeft === 0 ? (
    <>its end; more lines may come</>
  ) : (
    <>its end, which computes the usual totals of {counted(daysLeft, 'day')}; more lines may come</>
  );
};

const Facts = ({ one, zone }: { one: Import; zone: string }) => (
  <section class="panel" aria-labelledby="facts-h">
    <div class="panel-head">
      <h2 id="facts-h">Import</h2>
    </div>
    <dl class="panel-body facts">
      <dt>State</dt>
      <dd>
        <ImportState one={one} />
      </dd>
      <dt>Waits for</dt>
      <dd>
        <Waiting one={one} />
      </dd>
      <dt>Lines are</dt>
      <dd>{one.format === 'orders' ? 'orders' : 'rows, read by a mapping'}</dd>
      <dt>Orders from</dt>
      <dd>
        <OrderDays one={one} />
      </dd>
      <dt>New orders count them</dt>
      <dd>
        {one.countsFrom === null ? (
          <Unsaid>no order yet</Unsaid>
        ) : (
          <>
            from <Time at={new Date(one.countsFrom)} zone={zone} /> on
          </>
        )}
      </dd>
      <dt>Began</dt>
      <dd>
        <Time at={new Date(one.createdAt)} zone={zone} />, by {one.author}
      </dd>
      <dt>Ended</dt>
      <dd>
        {one.finishedAt === null ? (
          <Unsaid>not yet</Unsaid>
        ) : (
          <Time at={new Date(one.finishedAt)} zone={zone} />
        )}
      </dd>
      <dt>Why</dt>
      <dd>{one.note === '' ? <Unsaid>no note</Unsaid> : one.note}</dd>
    </dl>
  </section>
);

/** A fault begins with the path of its field. */
const Fault = ({ message }: { message: string }) => {
  const [path = '', ...words] = message.split(' ');
  return path.startsWith('$') ? (
    <>
      <code>{path}</code> {words.join(' ')}
    </>
  ) : (
    <>{message}</>
  );
};

type Reason = Import['reasons'][number];

const reasonColumns: readonly Column<Reason>[] = [
  { heading: 'What is wrong', isName: true, cell: ({ message }) => <Fault message={message} /> },
  { heading: 'Kind', isNarrow: true, cell: ({ error }) => error.replaceAll('_', ' ') },
  { heading: 'Lines', isNumber: true, cell: ({ lines }) => printWhole(lines) },
];

const refusalColumns: readonly Column<ImportRefusal>[] = [
  { heading: 'Line', isName: true, isNumber: true, cell: ({ line }) => printWhole(line) },
  { heading: 'What is wrong', cell: ({ message }) => <Fault message={message} /> },
  { heading: 'Kind', isNarrow: true, cell: ({ error }) => error.replaceAll('_', ' ') },
];

/** One import with its refused lines. */
export const OneImport = (props: {
  one: Import;
  refusals: readonly ImportRefusal[];
  nextCursor: string | null;
  zone: string;
}) => {
  const { one, refusals, nextCursor, zone } = props;
  const here = importAddress(one.importId);
  const empty = one.state === 'done' ? 'No line was refused.' : 'No line was refused so far.';
  return (
    <PanelsMain title="Import" lead={<a href="/console/imports">All imports</a>}>
      <ImportCounts one={one} />
      <Facts one={one} zone={zone} />
      <TablePanel
        id="reasons"
        title="Why lines were refused"
        columns={reasonColumns}
        rows={one.reasons}
        empty={empty}
      />
      {one.refused > 0 && (
        <TablePanel
          id="refusals"
          title="Refused lines"
          aside="the first ten of each part for each reason"
          columns={refusalColumns}
          rows={refusals}
          empty="There is no further line."
          foot={
            nextCursor && (
              <a href={`${here}?cursor=${encodeURIComponent(nextCursor)}#refusals`}>Later lines</a>
            )
          }
        />
      )}
    </PanelsMain>
  );
};
